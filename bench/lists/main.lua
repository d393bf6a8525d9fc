-- Sequences: a million numbers built, reversed, mapped, filtered and summed
-- by functions that take functions, five times.

local function range(from, to)
  local out = {}
  for i = from, to - 1 do
    out[i - from + 1] = i
  end
  return out
end

local function reverse(xs)
  local out, n = {}, #xs
  for i = 1, n do
    out[i] = xs[n + 1 - i]
  end
  return out
end

local function map(f, xs)
  local out = {}
  for i = 1, #xs do
    out[i] = f(xs[i])
  end
  return out
end

local function filter(f, xs)
  local out, n = {}, 0
  for i = 1, #xs do
    local x = xs[i]
    if f(x) then
      n = n + 1
      out[n] = x
    end
  end
  return out
end

local function fold(f, init, xs)
  for i = 1, #xs do
    init = f(init, xs[i])
  end
  return init
end

local function pass(size)
  local xs = reverse(range(0, size))
  xs = map(function(x) return x * 2 + 1 end, xs)
  xs = filter(function(x) return x % 3 ~= 0 end, xs)
  return fold(function(sum, x) return sum + x end, 0, xs)
end

local sum = 0
for _ = 1, 5 do
  sum = sum + pass(1000000)
end
print(string.format("%d", sum))
