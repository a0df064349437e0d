local function show(v)
  if type(v) == "table" then
    local parts = {}
    for i, each in ipairs(v) do parts[i] = type(each) == "string" and "'" .. each .. "'" or tostring(each) end
    return "(" .. table.concat(parts, " & ") .. ") asVector"
  end
  return tostring(v)
end
local function firstOver(limit, items)
  for _, each in ipairs(items) do if each > limit then return each end end
  return "none"
end
local function pairOf(sum, items)
  for i, a in ipairs(items) do
    for k, b in ipairs(items) do if k > i and a + b == sum then return {a, b} end end
  end
end
local function through(n)
  local leave = {}
  local function deep(m) if m == 0 then error(leave) else deep(m - 1) end print("never reached") end
  local ok, e = pcall(deep, n)
  if not ok and e == leave then return "back from " .. n end
  return "not here"
end
local function whileLoop() local i = 0 while true do i = i + 1 if i == 7 then return i end end end
local function downLoop() for i = 10, 0, -1 do if i * i < 30 then return i end end end
local function stepLoop() for i = 1, 100, 7 do if i % 5 == 0 then return i end end end
local function endless() local n = 0 while true do n = n + 1 if n > 5 then return n end end end
local function exit() local n = 0 while true do n = n + 1 if n == 4 then break end end return n end
local function exitValue() local n = 0 while true do n = n + 1 if n == 4 then return n * 10 end end end
local function sign(n) if n < 0 then return -1 end if n > 0 then return 1 end return 0 end
local function path(tree, name)
  if tree.name == name then return {name} end
  for _, each in ipairs(tree.children) do
    local found = path(each, name)
    if found then table.insert(found, 1, tree.name) return found end
  end
end
local numbers = {3, 9, 4, 12, 7, 20}
print(show(firstOver(8, numbers)))
print(show(firstOver(80, numbers)))
print(show(pairOf(19, numbers)))
print(show(pairOf(18, numbers)))
print(show(through(0)))
print(show(through(50)))
print(whileLoop())
print(downLoop())
print(stepLoop())
print(endless())
print(exit())
print(exitValue())
print(show {sign(-5), sign(0), sign(5)})
local function node(name, below) return {name = name, children = below} end
local tree = node("root", {node("a", {node("b", {}), node("c", {})}), node("d", {})})
print(show(path(tree, "c")))
print(show(path(tree, "d")))
print(show(path(tree, "x")))
