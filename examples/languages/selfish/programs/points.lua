local Point = {}
Point.__index = Point
local function point(x, y) return setmetatable({x = x, y = y}, Point) end
function Point.__add(a, b) return point(a.x + b.x, a.y + b.y) end
function Point.__sub(a, b) return point(a.x - b.x, a.y - b.y) end
function Point.__mul(a, f) return point(a.x * f, a.y * f) end
function Point.__eq(a, b) return a.x == b.x and a.y == b.y end
function Point.__tostring(a) return "(" .. a.x .. ", " .. a.y .. ")" end
function Point:dot(o) return self.x * o.x + self.y * o.y end
function Point:negated() return self * -1 end
function Point:clone() return point(self.x, self.y) end

local a = point(1, 2)
local b = a + point(10, 20)
print(a)
print(b)
print(b - a)
print(a:dot(b:negated() + a))
print(a:dot(b:negated() + a))
print(-a:dot(b) + 1)
print(a + b * 3)
print((a + b) * 3)
print(b - a - a - a)
print(math.max(3, math.min(4, 2)))
print(math.min(math.max(3, 4), 2))
local c = a:clone()
c.x = 100
print(c)
print(a)
print(a == point(1, 2) and rawequal(a, a) and not rawequal(a, a:clone()))
