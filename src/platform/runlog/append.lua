-- Brings the shared copy of a run's log on. Guarantee: the stream holds entries 1 … n without gap or repetition, whatever
-- was lost, repeated or delivered late on the way here.
-- KEYS: 1 stream, entry `<seq>-0` with field e; after the end `<last seq>-1` with field end.
--       2 sign of life of the writer, its value: readers on the writer's own instance.
-- ARGV: 1 channel to announce on, 2 readers, 3 ms the sign of life holds, 4 ms to keep the log after its end ('' = not ended),
--       5 seq of the first entry, 6 … the entries.
-- @return n. The writer goes on after it; it is less than expected when Redis has lost the log.

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local held, part = 0, '0'
if last then
  held, part = string.match(last[1], '^(%d+)-(%d+)$')
  held = tonumber(held)
end
if part == '1' then return held end -- ended: what comes now is late

local news = false
for i = 6, #ARGV do
  if tonumber(ARGV[5]) + i - 6 == held + 1 then
    held = held + 1
    redis.call('XADD', KEYS[1], string.format('%.0f-0', held), 'e', ARGV[i])
    news = true
  end
end

-- The last of the entries sent is here: the end may follow it.
if ARGV[4] ~= '' and held == tonumber(ARGV[5]) + #ARGV - 6 then
  redis.call('XADD', KEYS[1], string.format('%.0f-1', held), 'end', '1')
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('DEL', KEYS[2])
  news = true
else
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], 10 * ARGV[3]) -- a log without a writer goes away by itself
end
if news then redis.call('PUBLISH', ARGV[1], '') end
return held
