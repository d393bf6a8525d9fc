-- Maps: 100,000 text keys put into a table and looked up ten times each, five
-- times over.

local keys = {}
for i = 1, 100000 do
  keys[i] = "key" .. (i - 1)
end

local sum = 0
for _ = 1, 5 do
  local values = {}
  for i, key in ipairs(keys) do
    values[key] = i - 1
  end
  for _ = 1, 10 do
    for _, key in ipairs(keys) do
      sum = sum + values[key]
    end
  end
end
print(string.format("%d", sum))
