-- A tree of tagged values, as a compiler has it: an expression of 65,536
-- leaves is built, simplified into a new tree, counted and evaluated, eight
-- times.

local function expression(depth, n)
  if depth == 0 then
    if n % 3 == 0 then
      return {tag = "variable"}
    end
    return {tag = "number", value = n % 4}
  end
  return {
    tag = n % 2 == 0 and "add" or "multiply",
    left = expression(depth - 1, n * 2),
    right = expression(depth - 1, n * 2 + 1),
  }
end

local function is_number(node, value)
  return node.tag == "number" and node.value == value
end

local function add(a, b)
  if is_number(a, 0) then
    return b
  elseif is_number(b, 0) then
    return a
  end
  return {tag = "add", left = a, right = b}
end

local function multiply(a, b)
  if is_number(a, 0) or is_number(b, 1) then
    return a
  elseif is_number(b, 0) or is_number(a, 1) then
    return b
  end
  return {tag = "multiply", left = a, right = b}
end

local function simplify(node)
  local tag = node.tag
  if tag == "add" then
    return add(simplify(node.left), simplify(node.right))
  elseif tag == "multiply" then
    return multiply(simplify(node.left), simplify(node.right))
  end
  return node
end

local function count(node)
  if node.left then
    return 1 + count(node.left) + count(node.right)
  end
  return 1
end

local function evaluate(node, x)
  local tag = node.tag
  if tag == "number" then
    return node.value
  elseif tag == "variable" then
    return x
  elseif tag == "add" then
    return (evaluate(node.left, x) + evaluate(node.right, x)) % 10007
  end
  return evaluate(node.left, x) * evaluate(node.right, x) % 10007
end

local sum = 0
for n = 8, 1, -1 do
  local node = simplify(expression(16, n))
  sum = sum + count(node) * 10007 + evaluate(node, n)
end
print(string.format("%d", sum))
