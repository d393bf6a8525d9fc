-- Results: a thousand inputs, v0.1 and v1, successes and failures mixed, each
-- sent through a chain of four steps, 1,000 times over. One step returns v0.1.
-- A result is {6, "ok", value}; in v0.1 it is {"ok", value}.

local function ok(value)
  return {6, "ok", value}
end

local function err(why)
  return {6, "err", why}
end

-- Whether a result of either version is a success, and what it holds.
local function read(result)
  local head = result[1]
  if head == 6 then
    return result[2] == "ok", result[3]
  elseif head == "ok" or head == "HostOk" then
    return true, result[2]
  elseif head == "err" then
    return false, result[2]
  end
  error("no result")
end

local function result_then(f, result)
  local success, value = read(result)
  if success then
    return f(value)
  end
  return result[1] == 6 and result or err(value)
end

local function result_map(f, result)
  local success, value = read(result)
  if success then
    return ok(f(value))
  end
  return result[1] == 6 and result or err(value)
end

local function result_or(result, default)
  local success, value = read(result)
  if success then
    return value
  end
  return default
end

local function input(n)
  local kind = n % 5
  if kind == 0 then
    return {"ok", n}
  elseif kind == 1 then
    return ok(n)
  elseif kind == 2 then
    return {"HostOk", n}
  elseif kind == 3 then
    return {6, "ok", n}
  elseif n % 2 == 0 then
    return {"err", "refused"}
  end
  return err("refused")
end

local floor = math.floor

local function halve(n)
  if n % 2 == 0 then
    return ok(floor(n / 2))
  end
  return ok(n * 3 + 1)
end

local function limit(n)
  if n < 2500 then
    return {"ok", n}
  end
  return {"err", "too large"}
end

local function add_two(n)
  return n + 2
end

local function refuse_sevens(n)
  if n % 7 == 0 then
    return err("seven")
  end
  return ok(n + 1)
end

local function chain(result)
  result = result_then(halve, result)
  result = result_then(limit, result)
  result = result_map(add_two, result)
  return result_or(result_then(refuse_sevens, result), 1)
end

local inputs = {}
for n = 0, 999 do
  inputs[n + 1] = input(n)
end

local sum = 0
for _ = 1, 1000 do
  for _, result in ipairs(inputs) do
    sum = sum + chain(result)
  end
end
print(string.format("%d", sum))
