-- The plainest loop of the language: counts to 50 million.

local i = 0
while i < 50000000 do
  i = i + 1
end
print(i)
