-- Small arrays and branches: all ways to put 8 queens on a board, 200 times.
-- One array holds the column of the queen in each row.

local function safe(placed, row, queen)
  for i = row - 1, 1, -1 do
    local other, distance = placed[i], row - i
    if other == queen or other == queen + distance
        or other == queen - distance then
      return false
    end
  end
  return true
end

local function place(size, row, placed)
  if row > size then
    return 1
  end
  local count = 0
  for column = 1, size do
    if safe(placed, row, column) then
      placed[row] = column
      count = count + place(size, row + 1, placed)
    end
  end
  return count
end

local sum = 0
for _ = 1, 200 do
  sum = sum + place(8, 1, {})
end
print(sum)
