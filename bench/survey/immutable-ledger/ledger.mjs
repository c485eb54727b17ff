import { Map as IMap, List, OrderedMap } from "immutable";

export function book(entries) {
  let accounts = IMap();
  let history = List();
  for (const { from, to, amount } of entries) {
    accounts = accounts.update(from, 0, (x) => x - amount).update(to, 0, (x) => x + amount);
    history = history.push(IMap({ from, to, balance: accounts.get(to) }));
  }
  return { accounts, history };
}

export function report({ accounts, history }) {
  const groups = history
    .groupBy((one) => one.get("to"))
    .map((list) => list.map((one) => one.get("balance")).reduce((a, b) => a + b, 0));
  return OrderedMap(groups)
    .sortBy((_value, key) => key)
    .merge(accounts.filter((x) => x > 0))
    .toJS();
}
