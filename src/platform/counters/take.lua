-- Takes units from every window and a place of every kind, or nothing: the script is one step for everybody else.
-- KEYS: a window or the places per demand. ARGV: now; until when it is wanted ('' for ever); then per demand: windowMs or
-- leaseMs, limit, cost, and the lease ('' for a window).
-- @return { 1, now, remaining per demand … } or { 0, now, index of the first demand that was short (from 0), ms to wait }
-- or { -1, now } when it comes too late: whoever asked has gone, and nobody would ever give it back.

local now = clock()
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then return { -1, now } end
local opened, asked, answer = {}, {}, { 1, now }

local function argsOf(i)
  return tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1]), ARGV[4 * i + 2]
end

for i, key in ipairs(KEYS) do
  local lasting, limit, cost, lease = argsOf(i)
  local isPlace = lease ~= ''
  local kind = opened[key] or (isPlace and { used = taken(key, now) }) or open(key, lasting, now)
  opened[key] = kind
  local wanted = (asked[key] or 0) + cost -- one key may be asked for twice
  local excess = kind.used + wanted - limit
  if excess > 0 and isPlace then
    return { 0, now, i - 1, firstEnd(key, now) }
  elseif excess > 0 then
    local freed = 0
    for _, entry in ipairs(kind.steps) do
      freed = freed + entry[2]
      if freed >= excess then
        return { 0, now, i - 1, (entry[1] + kind.reach + 1) * kind.stepMs - math.floor(now) }
      end
    end
    return { 0, now, i - 1, (kind.reach + 1) * kind.stepMs } -- more than the limit at once: never
  end
  asked[key] = wanted
  answer[i + 2] = -excess
end
for i, key in ipairs(KEYS) do
  local lasting, _, cost, lease = argsOf(i)
  if lease ~= '' then
    hold(key, lease, lasting, now)
  else
    add(opened[key], cost)
  end
end
return answer
