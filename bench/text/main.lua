-- Text: a megabyte of words, some of them not ASCII, split at spaces, joined
-- with commas, its code points counted, 25 times.

-- LuaJIT has no utf8 library; there, people count the first bytes.
local code_points = utf8 and utf8.len or function(text)
  local _, count = text:gsub("[^\128-\191]", "")
  return count
end

local function split(text, separator)
  local parts, n, from = {}, 0, 1
  while true do
    local first, last = text:find(separator, from, true)
    n = n + 1
    if not first then
      parts[n] = text:sub(from)
      return parts
    end
    parts[n] = text:sub(from, first - 1)
    from = last + 1
  end
end

local text = ("everything naïve returns nothing "):rep(30000)
local sum = 0
for _ = 1, 25 do
  local words = split(text, " ")
  sum = sum + #words + code_points(table.concat(words, ", "))
end
print(sum)
