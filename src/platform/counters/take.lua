-- Takes for several callers in turn, each from every window and a place of every kind that it asks for, or nothing: the
-- script is one step for everybody else.
-- KEYS: the windows and the places. ARGV: now; until when they are wanted ('' for ever); and a list in JSON:
-- per take, how many demands; and per demand: which of the keys, windowMs or leaseMs, limit, cost, and the lease ('' for a
-- window).
-- @return { now, an answer per take … }, one of { remaining per demand … } or { -1, index of the first demand that was
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

local asked = cjson.decode(ARGV[3])
local place = 1
while place <= #asked do
  local demands = asked[place]
  local wants, answer = {}, {}
  for i = 0, demands - 1 do
    local at = place + 1 + 5 * i
    local name, lasting, limit, cost = KEYS[asked[at]], asked[at + 1], asked[at + 2], asked[at + 3]
    local isPlace = asked[at + 4] ~= ''
    local kind = kindOf(name, lasting, isPlace)
    local wanted = (wants[name] or 0) + cost -- one key may be asked for twice
    local excess = kind.used + wanted - limit
    if excess > 0 then
      answer = { -1, i, isPlace and firstEnd(name, now) or waitMs(kind, excess, now) }
      break
    end
    wants[name] = wanted
    answer[i + 1] = -excess
  end
  if answer[1] ~= -1 then
    for i = 0, demands - 1 do
      local at = place + 1 + 5 * i
      local name, lasting, cost, lease = KEYS[asked[at]], asked[at + 1], asked[at + 3], asked[at + 4]
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
  place = place + 1 + 5 * demands
end
for name, units in pairs(taking) do add(opened[name], units) end
return answers
