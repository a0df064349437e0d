class Parser {
  constructor(text) { this.text = text; this.at = 0; }
  get here() { return this.text[this.at] ?? ""; }
  skip() { while (this.here === " ") this.at++; }
  accept(letters) { this.skip(); if (this.here && letters.includes(this.here)) return this.text[this.at++]; }
  fail(what) { throw Error(`${what} expected at ${this.at}`); }
  number() {
    this.skip();
    let digits = "";
    while (this.here && "0123456789".includes(this.here)) { digits += this.here; this.at++; }
    if (!digits) this.fail("a number");
    return BigInt(digits);
  }
  factor() {
    if (this.accept("(")) { const inner = this.sum(); if (this.accept(")")) return inner; this.fail(")"); }
    if (this.accept("-")) return ["-", 0n, this.factor()];
    return this.number();
  }
  chain(operators, operand) {
    let tree = operand();
    for (let found; (found = this.accept(operators)); ) tree = [found, tree, operand()];
    return tree;
  }
  product() { return this.chain("*/%", () => this.factor()); }
  sum() { return this.chain("+-", () => this.product()); }
  whole() { const tree = this.sum(); this.skip(); if (this.here) this.fail("an operator"); return tree; }
}
const operations = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b,
};
const evaluate = (t) => (Array.isArray(t) ? operations[t[0]](evaluate(t[1]), evaluate(t[2])) : t);
const show = (t) => (Array.isArray(t) ? `(${show(t[1])} ${t[0]} ${show(t[2])})` : `${t}`);
for (const text of ["1 + 2 * 3", "(1 + 2) * 3", "10 - 3 - 2", "2 * (3 + 4) * 5", "100 / 7 % 4", "-(2 + 3) * -4",
  "12345678901234567890 * 98765432109876543210", "1 + ", "(1 + 2", "1 2", "7 / (3 - 3)"]) {
  try {
    const tree = new Parser(text).whole();
    console.log(`${show(tree)} = ${evaluate(tree)}`);
  } catch (e) {
    console.log(`${text}: ${e instanceof RangeError ? "bad_number" : e.message}`);
  }
}
