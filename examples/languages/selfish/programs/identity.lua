local Money = {}
Money.__index = Money
local function money(amount, currency) return setmetatable({amount = amount, currency = currency}, Money) end
function Money.__eq(a, b) return a.amount == b.amount and a.currency == b.currency end
function Money:hash() return self.currency .. self.amount end
local five = money(5, "EUR")
local plain, copy = {amount = 0}, {amount = 0}
local function vector(...)
  local parts = {}
  for i, each in ipairs {...} do parts[i] = type(each) == "string" and "'" .. each .. "'" or tostring(each) end
  print("(" .. table.concat(parts, " & ") .. ") asVector")
end
print(five == money(5, "EUR"))
print(rawequal(five, money(5, "EUR")))
print(rawequal(five, five))
print(five ~= money(6, "EUR"))
print(not rawequal(five, five))
print(plain == plain)
print(plain == copy)
vector(1 == 1.0, math.type(1) == math.type(1.0), 1 == 1, 2.0 ^ 80 == 2.0 ^ 80)
print(0.1 + 0.2 == 0.3)
print(0 / 0 == 0 / 0)
print("a" .. "b" == "ab")
print(rawequal("a" .. "b", "ab"))
print(rawequal({}, {}))
print(#{} == #{})
print(nil == nil)
print(nil == false)
vector(nil == nil, five == nil, "was nil", five.amount)
vector(1, 3 + 1)
print(({[five:hash()] = "five euros"})[money(5, "EUR"):hash()])
local function makeBlock() local n = 1 return function() n = n return n end end
local kept = makeBlock()
print(kept == kept)
print(makeBlock() == makeBlock())
