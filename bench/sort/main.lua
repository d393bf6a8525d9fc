-- Merge sort: a million numbers from a simple generator, sorted in the
-- language itself, each run a new array.

local floor = math.floor

local function merge(xs, ys)
  local out, nx, ny, i, j = {}, #xs, #ys, 1, 1
  for k = 1, nx + ny do
    if i <= nx and (j > ny or xs[i] <= ys[j]) then
      out[k] = xs[i]
      i = i + 1
    else
      out[k] = ys[j]
      j = j + 1
    end
  end
  return out
end

-- The numbers xs[from] to xs[to] in order.
local function sort_run(xs, from, to)
  if from == to then
    return {xs[from]}
  end
  local middle = floor((from + to) / 2)
  return merge(sort_run(xs, from, middle), sort_run(xs, middle + 1, to))
end

local xs, seed = {}, 42
for i = 1, 1000000 do
  seed = seed * 16807 % 2147483647
  xs[i] = seed
end

-- A sum that depends on the order.
local sum = 0
for i, x in ipairs(sort_run(xs, 1, #xs)) do
  sum = (sum + x * i) % 1000003
end
print(string.format("%d", sum))
