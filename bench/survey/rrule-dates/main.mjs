import { digest } from "../digest.mjs";
import { occurrences, weekly } from "./dates.mjs";

const RULES = [
  "FREQ=MONTHLY;BYDAY=-1FR",
  "FREQ=YEARLY;BYMONTH=1,6;BYDAY=SU,2MO",
  "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
  "FREQ=YEARLY;BYEASTER=0",
  "FREQ=DAILY;BYHOUR=9,17;INTERVAL=3",
];
for (const rule of RULES) {
  const dates = occurrences(`DTSTART:20200101T090000Z\nRRULE:${rule}`);
  console.log(rule, dates.length, dates.at(-1), digest(dates));
}
for (let interval = 1; interval < 6; interval++) console.log(interval, digest(weekly(interval, [0, 2, 4])));
