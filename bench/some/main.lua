-- Options: 5 million numbers, each wrapped, tested and unwrapped again.
-- An option is a list of pairs, tagged as in 0x0: 5, then "some", then the
-- value.

local function some(value)
  return {5, {"some", {value}}}
end

local function is_some(option)
  return option[1] == 5 and option[2][1] == "some"
end

local function value(option)
  if option[2][1] == "none" then
    error("the option holds no value")
  end
  return option[2][2][1]
end

local total = 0
for n = 5000000, 1, -1 do
  local option = some(n)
  if is_some(option) then
    total = total + value(option)
  end
end
print(string.format("%d", total))
