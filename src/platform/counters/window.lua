-- What the other scripts share. A window is one hash, field = number of a step, value = units taken in it. Places are one
-- sorted set, member = lease, score = Unix ms when it runs out. Both expire with what they hold. Times are ms; `now` is
-- the server's own clock, or the one given as ARGV[1] by the contract suite ('' otherwise). A clock that steps back
-- leaves steps dated in the future: they count as taken now.

local function clock()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Counts units of the current step among `steps`, for whoever asks next in this call.
local function enter(window, units)
  if units <= 0 then return end
  local last = window.steps[#window.steps]
  if last and last[1] == window.current then
    last[2] = last[2] + units
  else
    window.steps[#window.steps + 1] = { window.current, units }
  end
end

-- Reads a window and forgets what no longer counts.
-- @return { key, stepMs, reach, current, used, steps = { { step, units } … oldest first } }
local function open(key, windowMs, now)
  local stepMs = math.max(1, math.ceil(windowMs / 60))
  local reach = math.ceil(windowMs / stepMs)
  local current = math.floor(now / stepMs)
  local window = { key = key, stepMs = stepMs, reach = reach, current = current, used = 0, steps = {} }
  local fields = redis.call('HGETALL', key)
  local ahead = 0
  for i = 1, #fields, 2 do
    local step, units = tonumber(fields[i]), tonumber(fields[i + 1])
    if step < current - reach then
      redis.call('HDEL', key, fields[i])
    else
      window.used = window.used + units
      if step > current then
        redis.call('HDEL', key, fields[i])
        ahead = ahead + units
      else
        window.steps[#window.steps + 1] = { step, units }
      end
    end
  end
  table.sort(window.steps, function(a, b) return a[1] < b[1] end)
  if ahead > 0 then
    redis.call('HINCRBY', key, whole(current), whole(ahead))
    enter(window, ahead)
  end
  return window
end

local function add(window, units)
  if units <= 0 then return end
  redis.call('HINCRBY', window.key, whole(window.current), whole(units))
  redis.call('PEXPIRE', window.key, whole((window.reach + 1) * window.stepMs))
end

-- Takes units out of the oldest steps.
local function remove(window, units)
  while units > 0 and window.steps[1] do
    local step, held = unpack(window.steps[1])
    if held <= units then
      redis.call('HDEL', window.key, whole(step))
      table.remove(window.steps, 1)
    else
      redis.call('HINCRBY', window.key, whole(step), whole(-units))
      window.steps[1][2] = held - units
    end
    units = units - held
  end
end

-- Ms until `excess` units have left the window by themselves; the whole window when they never will.
local function waitMs(window, excess, now)
  local freed = 0
  for _, entry in ipairs(window.steps) do
    freed = freed + entry[2]
    if freed >= excess then return (entry[1] + window.reach + 1) * window.stepMs - math.floor(now) end
  end
  return (window.reach + 1) * window.stepMs
end

-- How many places of `key` are taken; forgets those whose time has run out.
local function taken(key, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
  return redis.call('ZCARD', key)
end

-- Ms until the first of them is free, unless it is renewed.
local function firstEnd(key, now)
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return first[2] and math.max(0, math.ceil(tonumber(first[2]) - now)) or 0
end

local function hold(key, lease, leaseMs, now)
  redis.call('ZADD', key, whole(now + leaseMs), lease)
  -- The set lives as long as the lease that lives longest.
  if redis.call('PTTL', key) < leaseMs then redis.call('PEXPIRE', key, whole(leaseMs)) end
end
