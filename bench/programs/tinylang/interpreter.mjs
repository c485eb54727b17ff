class Return {
  constructor(value) {
    this.value = value;
  }
}

class Scope {
  constructor(parent) {
    this.parent = parent;
    this.names = new Map();
  }

  find(name) {
    for (let scope = this; scope; scope = scope.parent) if (scope.names.has(name)) return scope;
    throw new ReferenceError(`${name} is not defined`);
  }
}

export class Interpreter {
  constructor() {
    this.output = [];
    this.steps = 0;
  }

  run(program) {
    const result = this.execute(program, new Scope(null));
    return result instanceof Return ? result.value : undefined;
  }

  execute(node, scope) {
    this.steps++;
    switch (node.type) {
      case "block":
        for (const statement of node.body) {
          const result = this.execute(statement, scope);
          if (result instanceof Return) return result;
        }
        return undefined;
      case "let":
        scope.names.set(node.name, this.evaluate(node.value, scope));
        return undefined;
      case "assign":
        scope.find(node.name).names.set(node.name, this.evaluate(node.value, scope));
        return undefined;
      case "fn":
        scope.names.set(node.name, { ...node, scope });
        return undefined;
      case "if":
        if (this.evaluate(node.test, scope)) return this.execute(node.then, scope);
        return node.otherwise ? this.execute(node.otherwise, scope) : undefined;
      case "while":
        while (this.evaluate(node.test, scope)) {
          const result = this.execute(node.body, scope);
          if (result instanceof Return) return result;
        }
        return undefined;
      case "return":
        return new Return(this.evaluate(node.value, scope));
      case "print":
        this.output.push(String(this.evaluate(node.value, scope)));
        return undefined;
      default:
        this.evaluate(node.value, scope);
        return undefined;
    }
  }

  evaluate(node, scope) {
    if (node.type === "literal") return node.value;
    if (node.type === "name") return scope.find(node.name).names.get(node.name);
    if (node.type === "call") {
      const callee = scope.find(node.name).names.get(node.name);
      const inner = new Scope(callee.scope);
      callee.parameters.forEach((parameter, index) => {
        inner.names.set(parameter, this.evaluate(node.args[index], scope));
      });
      const result = this.execute(callee.body, inner);
      return result instanceof Return ? result.value : 0;
    }
    const a = this.evaluate(node.left, scope);
    const b = this.evaluate(node.right, scope);
    switch (node.operator) {
      case "+":
        return a + b;
      case "-":
        return a - b;
      case "*":
        return a * b;
      case "/":
        return a / b;
      case "%":
        return a % b;
      case "<":
        return a < b;
      case ">":
        return a > b;
      case "<=":
        return a <= b;
      case ">=":
        return a >= b;
      case "==":
        return a === b;
      default:
        return a !== b;
    }
  }
}
