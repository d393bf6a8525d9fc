-- A large value: 40,000 records of options, results, maps, texts and lists
-- are built, each is validated, and all are printed as one line of source.
-- Options, results and maps are tagged lists as in 0x0.

local function record(n)
  return {
    n,
    "line " .. n .. "\tof \"many\"\n",
    n % 3 == 0 and {5, "none"} or {5, "some", n * n},
    n % 4 == 0 and {6, "err", "fourth"} or {6, "ok", {n, n % 2 == 0}},
    {7, "map", {{"id", n}, {"next", {5, "some", n + 1}}}},
  }
end

local function is_option(value)
  return type(value) == "table" and value[1] == 5
    and (value[2] == "some" and #value == 3
      or value[2] == "none" and #value == 2)
end

local function is_result(value)
  return type(value) == "table" and value[1] == 6 and #value == 3
    and (value[2] == "ok" or value[2] == "err")
end

local is_key = {number = true, string = true, boolean = true}

local function is_map(value)
  if type(value) ~= "table" or value[1] ~= 7 or value[2] ~= "map"
      or #value ~= 3 or type(value[3]) ~= "table" then
    return false
  end
  local seen = {}
  for _, entry in ipairs(value[3]) do
    local key = type(entry) == "table" and #entry == 2 and entry[1]
    if not is_key[type(key)] or seen[key] then
      return false
    end
    seen[key] = true
  end
  return true
end

local function is_record(value)
  return #value == 5 and type(value[1]) == "number"
    and type(value[2]) == "string" and is_option(value[3])
    and is_result(value[4]) and is_map(value[5])
end

local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t",
  ["\r"] = "\\r",
}

local function put(value, out)
  local kind = type(value)
  if kind == "table" then
    out[#out + 1] = "(list"
    for _, item in ipairs(value) do
      out[#out + 1] = " "
      put(item, out)
    end
    out[#out + 1] = ")"
  elseif kind == "string" then
    out[#out + 1] = '"' .. value:gsub('["\\\n\t\r]', escapes) .. '"'
  else
    out[#out + 1] = tostring(value)
  end
end

local value = {}
for n = 1, 40000 do
  value[n] = record(n)
end
for _, item in ipairs(value) do
  if not is_record(item) then
    error("a record is not valid")
  end
end
local out = {}
put(value, out)
print(table.concat(out))
