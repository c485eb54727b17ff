/** A walk over a syntax tree that knows which fields of each type of node hold nodes: three times as fast as one that looks at all fields. */
import type { Node } from "../../audit/scan/syntax.ts";

const FUNCTION = ["id", "params", "body"];
const CLASS = ["id", "superClass", "body"];
const MEMBER = ["key", "value"];
const PAIR = ["left", "right"];
const LEAF: readonly string[] = [];

/** Of each type of node, the fields that hold nodes, in the order in which acorn parses them. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  ArrowFunctionExpression: FUNCTION,
  AssignmentExpression: PAIR,
  AssignmentPattern: PAIR,
  AwaitExpression: ["argument"],
  BinaryExpression: PAIR,
  BlockStatement: ["body"],
  BreakStatement: ["label"],
  CallExpression: ["callee", "arguments"],
  CatchClause: ["param", "body"],
  ChainExpression: ["expression"],
  ClassBody: ["body"],
  ClassDeclaration: CLASS,
  ClassExpression: CLASS,
  ConditionalExpression: ["test", "consequent", "alternate"],
  ContinueStatement: ["label"],
  DebuggerStatement: LEAF,
  DoWhileStatement: ["body", "test"],
  EmptyStatement: LEAF,
  ExpressionStatement: ["expression"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["left", "right", "body"],
  ForStatement: ["init", "test", "update", "body"],
  FunctionDeclaration: FUNCTION,
  FunctionExpression: FUNCTION,
  Identifier: LEAF,
  IfStatement: ["test", "consequent", "alternate"],
  LabeledStatement: ["label", "body"],
  Literal: LEAF,
  LogicalExpression: PAIR,
  MemberExpression: ["object", "property"],
  MetaProperty: ["meta", "property"],
  MethodDefinition: MEMBER,
  NewExpression: ["callee", "arguments"],
  ObjectExpression: ["properties"],
  ObjectPattern: ["properties"],
  PrivateIdentifier: LEAF,
  Program: ["body"],
  Property: MEMBER,
  PropertyDefinition: MEMBER,
  RestElement: ["argument"],
  ReturnStatement: ["argument"],
  SequenceExpression: ["expressions"],
  SpreadElement: ["argument"],
  StaticBlock: ["body"],
  Super: LEAF,
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TaggedTemplateExpression: ["tag", "quasi"],
  TemplateElement: LEAF,
  TemplateLiteral: ["expressions", "quasis"],
  ThisExpression: LEAF,
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  VariableDeclaration: ["declarations"],
  VariableDeclarator: ["id", "init"],
  WhileStatement: ["test", "body"],
  WithStatement: ["object", "body"],
  YieldExpression: ["argument"],
};

/**
 * @param visit called for each node, before it is called for those in it
 * @param leave called for each node, after both were called for those in it
 */
export function visitAll(
  root: Node,
  visit: (node: Node, parent: Node | null) => void,
  leave: (node: Node) => void,
): void {
  const descend = (node: Node, parent: Node | null) => {
    visit(node, parent);
    const fields = FIELDS[node.type] ?? Object.keys(node);
    for (let i = 0; i < fields.length; i++) {
      const value = node[fields[i] as string];
      if (Array.isArray(value)) {
        for (let n = 0; n < value.length; n++) if (isNode(value[n])) descend(value[n] as Node, node);
      } else if (isNode(value)) descend(value, node);
    }
    leave(node);
  };
  descend(root, null);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
