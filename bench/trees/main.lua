-- Allocation: binary trees of depth up to 16, built, counted and dropped.
-- A tree is a table of two trees, or an empty one.

local function tree(depth)
  if depth == 0 then
    return {}
  end
  return {tree(depth - 1), tree(depth - 1)}
end

local function nodes(node)
  if node[1] then
    return 1 + nodes(node[1]) + nodes(node[2])
  end
  return 1
end

local kept = tree(16)
local sum = nodes(tree(17))
local count = 65536
for depth = 4, 16, 2 do
  for _ = 1, count do
    sum = sum + nodes(tree(depth))
  end
  count = count / 4
end
print(string.format("%d", sum + nodes(kept)))
