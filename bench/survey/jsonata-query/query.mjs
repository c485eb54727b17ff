import jsonata from "jsonata";

export async function ask(question, data) {
  return jsonata(question).evaluate(data);
}
