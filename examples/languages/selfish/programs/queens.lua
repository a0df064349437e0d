local function safe(columns, row, column)
  for r = 0, row - 1 do
    local c = columns[r]
    if c == column or math.abs(c - column) == row - r then return false end
  end
  return true
end
local function solutions(n, columns, row, block)
  if row == n then return block(columns) end
  for column = 0, n - 1 do
    if safe(columns, row, column) then
      columns[row] = column
      if solutions(n, columns, row + 1, block) then return true end
    end
  end
end
local function first(n)
  local found
  solutions(n, {}, 0, function(columns) found = columns return true end)
  return found
end
local function count(n)
  local k = 0
  solutions(n, {}, 0, function() k = k + 1 end)
  return k
end
local found = first(8)
for row = 0, 7 do
  local line = ""
  for column = 0, 7 do line = line .. (column == found[row] and "Q " or ". ") end
  print(line)
end
print(first(3) or "none")
for n = 1, 6 do print(n .. ": " .. count(n)) end
