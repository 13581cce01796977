-- Brings the shared copies of runs' logs on. Guarantee: a stream holds entries 1 … n without gap or repetition, whatever
-- was lost, repeated or delivered late on the way here.
-- KEYS: of each run: 1 stream, pieces `<seq of the last entry in it>-0` with field e; at the end `<last seq>-1` with
--       field end, and the last piece with it where that comes at once: Redis takes 4 kB more for an entry of its own.
--       2 sign of life of the writer, its value: readers on the writer's own instance.
-- ARGV: 1 ms a sign of life holds; then of each run: 1 channel to announce on, 2 readers, 3 ms to keep the log after its
--       end ('' = not ended), 4 seq of the first entry sent, 5 of the last, 6 the piece with them ('' = none).
-- @return of each run: n, after which its writer goes on: it is less than expected when Redis has lost the log; then how
--         many instances heard of the news, 0 when there were none.

local told = {}
for run = 1, #KEYS / 2 do
  local stream, alive = KEYS[2 * run - 1], KEYS[2 * run]
  local channel, readers, keep, first, last, piece = unpack(ARGV, 6 * run - 4, 6 * run + 1)
  first, last = tonumber(first), tonumber(last)

  local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  local n, part = 0, '0'
  if newest then
    n, part = string.match(newest[1], '^(%d+)-(%d+)$')
    n = tonumber(n)
  end
  local heard = 0
  if part ~= '1' then -- after the end, what comes is late
    local entry = {}
    if piece ~= '' and first == n + 1 then
      n = last
      entry = { 'e', piece }
    end
    -- The last of the entries sent is here, or comes with this: the end may follow it.
    local over = keep ~= '' and n == last
    if over then entry = { 'end', '1', unpack(entry) } end
    if #entry > 0 then redis.call('XADD', stream, string.format(over and '%.0f-1' or '%.0f-0', n), unpack(entry)) end
    if over then
      redis.call('PEXPIRE', stream, keep)
      redis.call('DEL', alive)
    else
      redis.call('SET', alive, readers, 'PX', ARGV[1])
      redis.call('PEXPIRE', stream, 10 * ARGV[1]) -- a log without a writer goes away by itself
    end
    if #entry > 0 then heard = redis.call('PUBLISH', channel, '') end
  end
  told[2 * run - 1], told[2 * run] = n, heard
end
return told
