import { CstParser, createToken, Lexer } from "chevrotain";

const Num = createToken({ name: "Num", pattern: /\d+(\.\d+)?/ });
const Plus = createToken({ name: "Plus", pattern: /[+-]/ });
const Times = createToken({ name: "Times", pattern: /[*/]/ });
const Open = createToken({ name: "Open", pattern: /\(/ });
const Close = createToken({ name: "Close", pattern: /\)/ });
const Space = createToken({ name: "Space", pattern: /\s+/, group: Lexer.SKIPPED });
const tokens = [Space, Num, Plus, Times, Open, Close];
const lexer = new Lexer(tokens);

class Calc extends CstParser {
  constructor() {
    super(tokens);
    this.RULE("sum", () => {
      this.SUBRULE(this.product);
      this.MANY(() => {
        this.CONSUME(Plus);
        this.SUBRULE2(this.product);
      });
    });
    this.RULE("product", () => {
      this.SUBRULE(this.atom);
      this.MANY(() => {
        this.CONSUME(Times);
        this.SUBRULE2(this.atom);
      });
    });
    this.RULE("atom", () => {
      this.OR([
        { ALT: () => this.CONSUME(Num) },
        {
          ALT: () => {
            this.CONSUME(Open);
            this.SUBRULE(this.sum);
            this.CONSUME(Close);
          },
        },
      ]);
    });
    this.performSelfAnalysis();
  }
}
const parser = new Calc();

const Base = parser.getBaseCstVisitorConstructor();
class Evaluate extends Base {
  constructor() {
    super();
    this.validateVisitor();
  }
  sum({ product, Plus: ops = [] }) {
    return product
      .slice(1)
      .reduce(
        (a, node, i) => (ops[i].image === "+" ? a + this.visit(node) : a - this.visit(node)),
        this.visit(product[0]),
      );
  }
  product({ atom, Times: ops = [] }) {
    return atom
      .slice(1)
      .reduce(
        (a, node, i) => (ops[i].image === "*" ? a * this.visit(node) : a / this.visit(node)),
        this.visit(atom[0]),
      );
  }
  atom({ Num: num, sum }) {
    return num ? Number(num[0].image) : this.visit(sum);
  }
}
const evaluator = new Evaluate();

export function calculate(text) {
  parser.input = lexer.tokenize(text).tokens;
  const tree = parser.sum();
  if (parser.errors.length > 0) throw new Error(parser.errors[0].message);
  return evaluator.visit(tree);
}
