-- a coroutine walks a tree of depth n, and yields at every leaf from as many calls deep
local function tree(d)
  if d == 0 then return false end
  return { tree(d - 1), tree(d - 1) }
end
local function walk(t)
  if t then
    walk(t[1])
    walk(t[2])
  else
    coroutine.yield(1)
  end
end
return function(n)
  local co = coroutine.create(walk)
  local resume, status = coroutine.resume, coroutine.status
  local t = tree(n)
  local sum = 0
  while true do
    local _, v = resume(co, t)
    if status(co) == "dead" then return sum end
    sum = sum + v
  end
end
