-- Takes for several callers in turn, each from every window and a place of every kind that it asks for, or nothing: the
-- script is one step for everybody else.
-- KEYS: a window or the places per demand of all takes. ARGV: now; until when they are wanted ('' for ever); then per
-- take: how many demands; and per demand: windowMs or leaseMs, limit, cost, and the lease ('' for a window).
-- @return { now, an answer per take … }, one of { 1, remaining per demand … } or { 0, index of the first demand that was
-- short (from 0), ms to wait }; or { now } alone when they come too late: whoever asked has gone, and nobody would ever
-- give it back.

local now = clock()
local answers = { now }
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then return answers end

-- What each key holds while this goes on: what is taken from a window is written once, at the end.
local opened, taking = {}, {}

local function kindOf(key, lasting, isPlace)
  local kind = opened[key]
  if not kind then
    kind = isPlace and { used = taken(key, now) } or open(key, lasting, now)
    opened[key] = kind
  end
  return kind
end

local place, key = 3, 1
while place <= #ARGV do
  local demands = tonumber(ARGV[place])
  local asked, answer = {}, { 1 }
  for i = 0, demands - 1 do
    local at = place + 1 + 4 * i
    local name, lasting, limit, cost = KEYS[key + i], tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local isPlace = ARGV[at + 3] ~= ''
    local kind = kindOf(name, lasting, isPlace)
    local wanted = (asked[name] or 0) + cost -- one key may be asked for twice
    local excess = kind.used + wanted - limit
    if excess > 0 then
      answer = { 0, i, isPlace and firstEnd(name, now) or waitMs(kind, excess, now) }
      break
    end
    asked[name] = wanted
    answer[i + 2] = -excess
  end
  if answer[1] == 1 then
    for i = 0, demands - 1 do
      local at = place + 1 + 4 * i
      local name, lasting, cost, lease = KEYS[key + i], tonumber(ARGV[at]), tonumber(ARGV[at + 2]), ARGV[at + 3]
      local kind = opened[name]
      if lease ~= '' then
        hold(name, lease, lasting, now)
      else
        enter(kind, cost)
        taking[name] = (taking[name] or 0) + cost
      end
      kind.used = kind.used + cost
    end
  end
  answers[#answers + 1] = answer
  place, key = place + 1 + 4 * demands, key + demands
end
for name, units in pairs(taking) do add(opened[name], units) end
return answers
