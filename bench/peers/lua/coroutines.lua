-- one coroutine that yields n numbers, and gets one back each time
local function numbers(n)
  local sum = 0
  for i = 1, n do sum = sum + coroutine.yield(i) end
  return sum
end
return function(n)
  local co = coroutine.create(numbers)
  local resume = coroutine.resume
  local sum = 0
  local _, v = resume(co, n)
  for _ = 1, n do
    sum = sum + v
    _, v = resume(co, 2)
  end
  return sum + v
end
