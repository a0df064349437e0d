-- n coroutines that are all alive at once; each is resumed twice
local function numbers(i)
  while true do
    coroutine.yield(i)
    i = i + 1
  end
end
return function(n)
  local create, resume = coroutine.create, coroutine.resume
  local all = {}
  local sum = 0
  for i = 1, n do
    local co = create(numbers)
    all[i] = co
    local _, v = resume(co, i)
    sum = sum + v
  end
  for i = 1, n do
    local _, v = resume(all[i], 0)
    sum = sum + v
  end
  return sum
end
