const show = (x) => (Array.isArray(x) ? `(${x.map(show).join(" & ")}) asVector` : typeof x === "string" ? `'${x}'` : x === point ? "an object" : `${x}`);
const point = {
  x_: 3, y_: 4,
  "x"() { return this.x_; },
  "x:"(n) { this.x_ = n; return this; },
  "+"(n) { return this.x_ + n; },
  "scaled:By:"(f, g) { return this.x_ * f + this.y_ * g; },
};
const tracer = (target) => new Proxy({}, {
  get: (_, name) => (...args) => {
    const result = target[name](...args);
    console.log(`${name} ${show(args).replace("()", "()")} -> ${show(result)}`);
    return result;
  },
});
const traced = tracer(point);
console.log(traced.x());
console.log(traced["+"](10));
console.log(traced["scaled:By:"](2, 3));
traced["x:"](30);
console.log(point.x());

const handler = {get: (fields, name) => (name in fields ? fields[name] : `no ${name}`)};
const ann = new Proxy({}, handler);
ann.name = "Ann"; ann.age = 30; ann.city = "Rome";
console.log(ann.name);
console.log(ann.age + 1);
console.log(ann.phone);
const bob = Object.setPrototypeOf({nick: "Bobby"}, ann);
console.log(bob.nick);
console.log(bob.name);
console.log(3 + 4);
console.log(point["x"]());
console.log(show(["Upper", "Lower"].map((each) => "Text"[`to${each}Case`]())));
const missing = (what, name) => `${what} does not understand ${name}`;
console.log(`undefinedSelector: ${missing("an object", "z")}`);
console.log(missing("an object", "at:Put:"));
console.log(missing("nil", "foo"));
