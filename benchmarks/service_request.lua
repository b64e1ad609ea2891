-- SPDX-License-Identifier: MIT
-- What scripts/benchmark_service.sh has wrk ask for: ten recommendations with three reasons each, for profiles of ten of
-- the items whose ids are the arguments.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local bodies = {}
function init(items)
  for first = 1, #items - 9 do
    local ratings = {}
    for place = 1, 10 do
      ratings[place] = string.format('{"item":"%s","rating":%d}', items[first + place - 1], 1 + (first + place * place) % 5)
    end
    bodies[first] = '{"ratings":[' .. table.concat(ratings, ",") .. "]}"
  end
end

local next_body = 0
function request()
  next_body = next_body % #bodies + 1
  return wrk.format(nil, "/recommendations", nil, bodies[next_body])
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format("%.0f requests a second; p50 %.2f ms, p99 %.2f ms; %d of %d failed",
    summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.requests))
end
