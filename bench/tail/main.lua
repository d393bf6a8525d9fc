-- Tail recursion: a sum of 50 million numbers, by calls that need no stack.

local function sum(n, total)
  if n == 0 then
    return total
  end
  return sum(n - 1, total + n)
end

print(string.format("%d", sum(50000000, 0)))
