import { lex } from "./lexer.mjs";

const POWER = { "==": 1, "!=": 1, "<": 2, ">": 2, "<=": 2, ">=": 2, "+": 3, "-": 3, "*": 4, "/": 4, "%": 4 };

export class Parser {
  constructor(source) {
    this.tokens = [...lex(source)];
    this.index = 0;
  }

  peek() {
    return this.tokens[this.index].type;
  }

  next() {
    return this.tokens[this.index++];
  }

  accept(type) {
    if (this.peek() !== type) return false;
    this.index++;
    return true;
  }

  expect(type) {
    const token = this.next();
    if (token.type !== type) throw new SyntaxError(`expected ${type}, found ${token.type}`);
    return token.value;
  }

  program() {
    const body = [];
    while (this.peek() !== "end") body.push(this.statement());
    return { type: "block", body };
  }

  block() {
    this.expect("{");
    const body = [];
    while (!this.accept("}")) body.push(this.statement());
    return { type: "block", body };
  }

  statement() {
    if (this.accept("let")) {
      const name = this.expect("name");
      this.expect("=");
      const value = this.expression();
      this.expect(";");
      return { type: "let", name, value };
    }
    if (this.accept("fn")) {
      const name = this.expect("name");
      const parameters = [];
      this.expect("(");
      while (!this.accept(")")) {
        parameters.push(this.expect("name"));
        this.accept(",");
      }
      return { type: "fn", name, parameters, body: this.block() };
    }
    if (this.accept("if")) {
      const test = this.expression();
      const then = this.block();
      return { type: "if", test, then, otherwise: this.accept("else") ? this.block() : null };
    }
    if (this.accept("while")) return { type: "while", test: this.expression(), body: this.block() };
    if (this.peek() === "return" || this.peek() === "print") {
      const { type } = this.next();
      const value = this.expression();
      this.expect(";");
      return { type, value };
    }
    const expression = this.expression();
    if (expression.type === "name" && this.accept("=")) {
      const value = this.expression();
      this.expect(";");
      return { type: "assign", name: expression.name, value };
    }
    this.expect(";");
    return { type: "do", value: expression };
  }

  expression(least = 0) {
    let left = this.primary();
    while (POWER[this.peek()] > least) {
      const { type } = this.next();
      left = { type: "binary", operator: type, left, right: this.expression(POWER[type]) };
    }
    return left;
  }

  primary() {
    const token = this.next();
    if (token.type === "number" || token.type === "string") return { type: "literal", value: token.value };
    if (token.type === "(") {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (token.type !== "name") throw new SyntaxError(`unexpected ${token.type}`);
    if (!this.accept("(")) return { type: "name", name: token.value };
    const args = [];
    while (!this.accept(")")) {
      args.push(this.expression());
      this.accept(",");
    }
    return { type: "call", name: token.value, args };
  }
}
