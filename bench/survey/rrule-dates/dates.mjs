import rrule from "rrule";

const { RRule, rrulestr } = rrule;

export function occurrences(text) {
  const rule = rrulestr(text);
  return rule.all((_, count) => count < 1500).map((date) => date.toISOString().slice(0, 16));
}

export function weekly(interval, days) {
  const rule = new RRule({
    freq: RRule.WEEKLY,
    interval,
    byweekday: days,
    dtstart: new Date(Date.UTC(2020, 0, 1, 9)),
    until: new Date(Date.UTC(2045, 0, 1)),
  });
  return { text: rule.toText(), dates: rule.all().map((date) => date.getTime()) };
}
