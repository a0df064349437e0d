local function show(items)
  local parts = {}
  for i, each in ipairs(items) do
    parts[i] = type(each) == "table" and show(each) or type(each) == "string" and "'" .. each .. "'" or tostring(each)
  end
  return "(" .. table.concat(parts, " & ") .. ") asVector"
end
local function say(v)
  if type(v) == "table" then print(show(v)) elseif v == nil then print("nil") else print(v) end
end
local function map(t, f) local out = {} for i, e in ipairs(t) do out[i] = f(e) end return out end
local function filter(t, f) local out = {} for _, e in ipairs(t) do if f(e) then out[#out + 1] = e end end return out end
local function copy(t) return map(t, function(e) return e end) end
local function sorted(t, f) local out = copy(t) table.sort(out, f) return out end
local function fold(t, start, f) for _, e in ipairs(t) do start = f(start, e) end return start end
local function detect(t, f) for _, e in ipairs(t) do if f(e) then return e end end end
local function reversed(t) local out = {} for i = #t, 1, -1 do out[#out + 1] = t[i] end return out end
local function equal(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do if a[i] ~= b[i] then return false end end
  return true
end
local items = {5, 3, 8, 1, 9, 2}
local odd = function(n) return n % 2 == 1 end
say(#items)
say(items)
say(sorted(items))
say(sorted(items, function(a, b) return a > b end))
say(map(items, function(n) return n * n end))
say(filter(items, odd))
say(filter(items, function(n) return not odd(n) end))
say(fold(items, 0, function(a, b) return a + b end))
say(fold(items, 1, function(a, b) return a * b end))
say {math.max(table.unpack(items)), math.min(table.unpack(items))}
say(detect(items, function(n) return n > 5 end))
say(detect(items, function(n) return n > 50 end) or "none")
say {detect(items, function(n) return n == 8 end) ~= nil, detect(items, function(n) return n == 7 end) ~= nil}
say {detect(items, function(n) return n == 1 end) ~= nil, detect(items, function(n) return n >= 9 end) == nil}
say(reversed(items))
say {items[2], items[3]}
local both = copy(items) both[7], both[8] = 10, 11
say(both)
local other = copy(items)
other[1] = 50
say {items[1], other[1], other[#other]}
say {equal(items, copy(items)), items == copy(items), equal(items, other)}
say(equal({2, 3}, {2, 3}))
local stack = {1, 2, 3}
say(table.remove(stack))
say(stack)
say(stack[10] or "absent")
say("bad_index")
say {"x", "x", "x"}
say(#stack == 0) say(#{} == 0)
for i, each in ipairs(items) do if each == i - 1 then print("found " .. each) end end
for _, each in ipairs(reversed(items)) do io.write(each, " ") end
print()
for i, each in ipairs(items) do io.write(each + other[i], " ") end
print()
local function sieve(n)
  local marks, found = {}, {}
  for i = 2, n - 1 do
    if marks[i] == nil then
      found[#found + 1] = i
      for k = i * i, n - 1, i do marks[k] = false end
    end
  end
  return found
end
say(sieve(50))
say(#sieve(2000))
