import Big from "big.js";
import { addMonths, differenceInCalendarDays, format } from "date-fns";
import ejs from "ejs";

const page = ejs.compile(
  "<h1><%= offer.name %></h1><% for (const row of rows) { %><tr><td><%= row.due %></td><td><%= row.rest %></td></tr><% } %>",
);

/** The plan of a loan, month by month. */
export function plan({ start, months, sum, rate }) {
  const first = new Date(start);
  const monthly = new Big(rate).div(1200);
  const factor = monthly.plus(1).pow(months);
  const payment = new Big(sum).times(monthly).times(factor).div(factor.minus(1)).round(2);
  let rest = new Big(sum);
  return Array.from({ length: months }, (_, i) => {
    const due = addMonths(first, i + 1);
    const interest = rest.times(monthly).round(2);
    rest = rest.plus(interest).minus(payment);
    if (i === months - 1) rest = new Big(0);
    return {
      due: format(due, "yyyy-MM-dd EEEE"),
      days: differenceInCalendarDays(due, first),
      interest: interest.toFixed(2),
      rest: rest.toFixed(2),
    };
  });
}

export function print(offer, rows) {
  return page({ offer, rows });
}
