import _ from "lodash";

export function report(rows) {
  return _.chain(rows)
    .filter((row) => row.amount > 10)
    .groupBy("region")
    .mapValues((list) => ({
      total: _.round(_.sumBy(list, "amount"), 2),
      top: _.map(_.take(_.orderBy(list, ["amount", "id"], ["desc", "asc"]), 3), "id"),
      months: _.mapValues(_.groupBy(list, "month"), (m) => _.meanBy(m, "amount")),
    }))
    .value();
}

export function merge(reports) {
  return _.mergeWith({}, ..._.cloneDeep(reports), (a, b) => (_.isArray(a) ? _.uniq(_.concat(a, b)) : undefined));
}
