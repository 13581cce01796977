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
    local last = window.steps[#window.steps]
    if last and last[1] == current then
      last[2] = last[2] + ahead
    else
      window.steps[#window.steps + 1] = { current, ahead }
    end
  end
  return window
end

local function add(window, units)
  if units <= 0 then return end
  redis.call('HINCRBY', window.key, whole(window.current), whole(units))
  redis.call('PEXPIRE', window.key, whole((window.reach + 1) * window.stepMs))
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
