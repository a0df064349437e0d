class Shape {
  describe() { return `${this.name} of area ${show(this.area())}`; }
  biggerThan(other) { return this.area() > other.area(); }
}
const show = (n) => (n.float ? (Number.isInteger(+n) ? `${+n}.0` : `${+n}`) : `${n}`);
const float = (n) => Object.assign(new Number(n), {float: true});
class Square extends Shape {
  constructor(side) { super(); this.name = "square"; this.side = side; }
  area() { return this.side * this.side; }
}
class Rectangle extends Shape {
  constructor(w, h) { super(); this.name = "rectangle"; this.width = w; this.height = h; }
  area() { return this.width * this.height; }
}
class Circle extends Shape {
  constructor(r) { super(); this.name = "circle"; this.radius = r; }
  area() { return float(3.25 * this.radius * this.radius); }
  describe() { return "round " + super.describe(); }
}
const all = [new Square(3), new Rectangle(2, 5), new Circle(2)];
for (const each of all) console.log(each.describe());
console.log(all[0].biggerThan(all[1]));
console.log(all.reduce((a, b) => (a.biggerThan(b) ? a : b)).name);

const base = {
  open() { console.log("cannot open"); },
  close() { console.log("cannot close"); },
  lock() { console.log("cannot lock"); },
};
const opened = {__proto__: base, name: "open", close() { Object.setPrototypeOf(this, closed); }};
const closed = {__proto__: base, name: "closed",
  open() { Object.setPrototypeOf(this, opened); },
  lock() { Object.setPrototypeOf(this, locked); }};
const locked = {__proto__: base, name: "locked",
  unlock(key) {
    if (key === this.code) Object.setPrototypeOf(this, closed); else console.log("wrong key");
  }};
const door = {__proto__: closed, code: 42};
console.log(door.name);
door.close();
door.open(); console.log(door.name);
door.lock();
door.close(); door.lock(); console.log(door.name);
door.open();
door.unlock(1);
door.unlock(42); console.log(door.name);
console.log(Object.getPrototypeOf(door) === closed);
