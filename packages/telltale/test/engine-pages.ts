/** Pages as engines serve them, shortened: names, labels and kinds of values are theirs. */

function buckets(
  name: string,
  labels: string,
  counts: readonly (readonly [string, number])[],
  sum: number,
): string {
  const all = counts.map(([le, count]) => `${name}_bucket{${labels},le="${le}"} ${count}.0`);
  const total = counts.at(-1)?.[1] ?? 0;
  return [...all, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}.0`].join(
    "\n",
  );
}

interface VllmFigures {
  readonly running?: number;
  readonly waiting?: number;
  readonly queries?: number;
  readonly hits?: number;
  readonly generated?: number;
  readonly prompt?: number;
  /** Gaps between tokens, half of them at most 10 ms and all at most 50. */
  readonly gaps?: number;
  /** Counts of TTFT at most 0.1 s, 0.5 s, 1 s and in all. */
  readonly ttft?: readonly [number, number, number, number];
}

/** vLLM 0.19, one engine. */
export function vllm(engine: string, figures: VllmFigures = {}): string {
  const labels = `engine="${engine}",model_name="meta-llama/Llama-3.1-8B-Instruct"`;
  const [a, b, c, all] = figures.ttft ?? [10, 90, 99, 100];
  const { gaps = 100 } = figures;
  return `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{${labels}} ${figures.running ?? 3}.0
# HELP vllm:num_requests_waiting Number of requests waiting to be processed.
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{${labels}} ${figures.waiting ?? 2}.0
vllm:num_requests_waiting_by_reason{${labels},reason="capacity"} 2.0
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{${labels}} 0.5
# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total{${labels}} ${figures.queries ?? 1000}.0
# TYPE vllm:prefix_cache_queries_created gauge
vllm:prefix_cache_queries_created{${labels}} 1.7637e+09
# TYPE vllm:prefix_cache_hits_total counter
vllm:prefix_cache_hits_total{${labels}} ${figures.hits ?? 600}.0
# TYPE vllm:num_preemptions_total counter
vllm:num_preemptions_total{${labels}} 4.0
# TYPE vllm:prompt_tokens_total counter
vllm:prompt_tokens_total{${labels}} ${figures.prompt ?? 5000}.0
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{${labels}} ${figures.generated ?? 2000}.0
# TYPE vllm:request_success_total counter
vllm:request_success_total{${labels},finished_reason="stop"} 40.0
vllm:request_success_total{${labels},finished_reason="length"} 2.0
vllm:request_success_total{${labels},finished_reason="abort"} 0.0
# HELP vllm:cache_config_info Information of the LLMEngine CacheConfig
# TYPE vllm:cache_config_info gauge
vllm:cache_config_info{block_size="16",cache_dtype="auto",engine="${engine}",num_gpu_blocks="2000",sliding_window="None"} 1.0
# HELP vllm:time_to_first_token_seconds Histogram of time to first token in seconds.
# TYPE vllm:time_to_first_token_seconds histogram
${buckets(
  "vllm:time_to_first_token_seconds",
  labels,
  [
    ["0.1", a],
    ["0.5", b],
    ["1.0", c],
    ["+Inf", all],
  ],
  31.5,
)}
# TYPE vllm:inter_token_latency_seconds histogram
${buckets(
  "vllm:inter_token_latency_seconds",
  labels,
  [
    ["0.01", gaps / 2],
    ["0.05", gaps],
    ["+Inf", gaps],
  ],
  2.1,
)}
`;
}

/** vLLM before version 1: other names, swapping, a hit rate of -1 while there is none. */
export const vllmOld = `# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="facebook/opt-125m"} 1.0
vllm:num_requests_waiting{model_name="facebook/opt-125m"} 0.0
vllm:num_requests_swapped{model_name="facebook/opt-125m"} 2.0
vllm:gpu_cache_usage_perc{model_name="facebook/opt-125m"} 0.25
vllm:cpu_cache_usage_perc{model_name="facebook/opt-125m"} 0.0
vllm:gpu_prefix_cache_hit_rate{model_name="facebook/opt-125m"} -1.0
vllm:num_preemptions_total{model_name="facebook/opt-125m"} 0.0
vllm:generation_tokens_total{model_name="facebook/opt-125m"} 17.0
${buckets(
  "vllm:time_per_output_token_seconds",
  'model_name="facebook/opt-125m"',
  [
    ["0.01", 3],
    ["+Inf", 16],
  ],
  1,
)}
`;

/** Two replicas, as they come out of Ray. */
export const rayVllm = ["a1", "b2"]
  .map(
    (
      id,
      i,
    ) => `ray_vllm_num_requests_running{Component="core_worker",NodeAddress="10.0.0.${i}",ReplicaId="${id}",Version="2.49.0",WorkerId="w${id}",engine="0",model_name="qwen3"} ${i + 1}
ray_vllm_num_requests_waiting{Component="core_worker",NodeAddress="10.0.0.${i}",ReplicaId="${id}",Version="2.49.0",WorkerId="w${id}",engine="0",model_name="qwen3"} 5
ray_vllm_kv_cache_usage_perc{Component="core_worker",NodeAddress="10.0.0.${i}",ReplicaId="${id}",Version="2.49.0",WorkerId="w${id}",engine="0",model_name="qwen3"} 0.${i + 2}
ray_vllm_generation_tokens_total{Component="core_worker",NodeAddress="10.0.0.${i}",ReplicaId="${id}",Version="2.49.0",WorkerId="w${id}",engine="0",model_name="qwen3"} 100
`,
  )
  .join("");

const rank = (tp: number, dp: number): string =>
  `dp_rank="${dp}",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="${tp}"`;

/** SGLang 0.5.9: two data-parallel ranks, each told of by two tensor-parallel ones; priorities on. */
export const sglang = `# HELP sglang:num_running_reqs The number of running requests.
# TYPE sglang:num_running_reqs gauge
sglang:num_running_reqs{${rank(0, 0)},priority=""} 4.0
sglang:num_running_reqs{${rank(0, 0)},priority="1"} 4.0
sglang:num_running_reqs{${rank(1, 0)},priority=""} 4.0
sglang:num_running_reqs{${rank(2, 1)},priority=""} 6.0
sglang:num_running_reqs{${rank(3, 1)},priority=""} 6.0
# TYPE sglang:num_queue_reqs gauge
sglang:num_queue_reqs{${rank(0, 0)},priority=""} 1.0
sglang:num_queue_reqs{${rank(2, 1)},priority=""} 2.0
# TYPE sglang:token_usage gauge
sglang:token_usage{${rank(0, 0)}} 0.2
sglang:token_usage{${rank(1, 0)}} 0.2
sglang:token_usage{${rank(2, 1)}} 0.4
sglang:max_total_num_tokens{${rank(0, 0)}} 1000.0
sglang:max_total_num_tokens{${rank(2, 1)}} 1000.0
sglang:cache_hit_rate{${rank(0, 0)}} 0.9
sglang:gen_throughput{${rank(0, 0)}} 35.5
sglang:gen_throughput{${rank(2, 1)}} 14.5
sglang:num_retracted_reqs{${rank(0, 0)}} 3.0
# TYPE sglang:prompt_tokens_total counter
sglang:prompt_tokens_total{model_name="qwen3-32b"} 800.0
sglang:generation_tokens_total{model_name="qwen3-32b"} 500.0
sglang:cached_tokens_total{cache_source="device",model_name="qwen3-32b"} 150.0
sglang:cached_tokens_total{cache_source="host",model_name="qwen3-32b"} 50.0
sglang:cached_tokens_total{cache_source="total",model_name="qwen3-32b"} 200.0
sglang:num_requests_total{model_name="qwen3-32b"} 12.0
${buckets(
  "sglang:time_to_first_token_seconds",
  'model_name="qwen3-32b"',
  [
    ["0.1", 2],
    ["1.0", 12],
    ["+Inf", 12],
  ],
  3,
)}
`;

export const trtllm = `# TYPE trtllm_num_requests_running gauge
trtllm_num_requests_running{engine_type="trtllm",model_name="llama"} 7.0
trtllm_num_requests_waiting{engine_type="trtllm",model_name="llama"} 1.0
trtllm_kv_cache_utilization{engine_type="trtllm",model_name="llama"} 0.31
trtllm_kv_cache_hit_rate{engine_type="trtllm",model_name="llama"} 0.62
trtllm_request_success_total{engine_type="trtllm",finished_reason="stop",model_name="llama"} 9.0
${buckets(
  "trtllm_time_to_first_token_seconds",
  'engine_type="trtllm",model_name="llama"',
  [
    ["0.5", 9],
    ["+Inf", 9],
  ],
  2,
)}
`;

export const tgi = `# TYPE tgi_batch_current_size gauge
tgi_batch_current_size 4
# TYPE tgi_queue_size gauge
tgi_queue_size 7
# TYPE tgi_request_success counter
tgi_request_success{method="batch"} 44
# TYPE tgi_request_generated_tokens histogram
tgi_request_generated_tokens_bucket{le="1"} 0
tgi_request_generated_tokens_bucket{le="+Inf"} 44
tgi_request_generated_tokens_sum 8123
tgi_request_generated_tokens_count 44
tgi_request_input_length_sum 9001
tgi_request_mean_time_per_token_duration_bucket{le="0.01"} 40
tgi_request_mean_time_per_token_duration_bucket{le="0.02"} 44
tgi_request_mean_time_per_token_duration_bucket{le="+Inf"} 44
tgi_request_mean_time_per_token_duration_sum 0.4
`;

/** Triton with the TensorRT-LLM backend: the ensemble around it counts the same requests. */
export const triton = `# TYPE nv_inference_request_success counter
nv_inference_request_success{model="tensorrt_llm",version="1"} 20
nv_inference_request_success{model="preprocessing",version="1"} 20
nv_inference_request_success{model="ensemble",version="1"} 20
nv_inference_pending_request_count{model="tensorrt_llm",version="1"} 9
nv_inference_pending_request_count{model="preprocessing",version="1"} 0
nv_inference_first_response_histogram_ms_bucket{model="tensorrt_llm",version="1",le="100"} 5
nv_inference_first_response_histogram_ms_bucket{model="tensorrt_llm",version="1",le="500"} 20
nv_inference_first_response_histogram_ms_bucket{model="tensorrt_llm",version="1",le="+Inf"} 20
nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="waiting",version="1"} 3
nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="context",version="1"} 1
nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="scheduled",version="1"} 4
nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="max",version="1"} 512
nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="active",version="1"} 7
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="tensorrt_llm",version="1"} 0.6
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="tensorrt_llm",version="1"} 400
nv_gpu_utilization{gpu_uuid="GPU-abc123"} 0.78
nv_gpu_memory_used_bytes{gpu_uuid="GPU-abc123"} 1000000000
nv_gpu_memory_total_bytes{gpu_uuid="GPU-abc123"} 4000000000
nv_gpu_power_usage{gpu_uuid="GPU-abc123"} 88.5
`;

export const tritonPlain = `nv_inference_request_success{model="bert",version="1"} 20
nv_inference_request_success{model="bert",version="2"} 4
nv_inference_pending_request_count{model="bert",version="1"} 2
nv_inference_pending_request_count{model="bert",version="2"} 0
`;

export const nim = `# TYPE num_requests_running gauge
num_requests_running{model_name="meta/llama3-8b-instruct"} 5.0
num_requests_waiting{model_name="meta/llama3-8b-instruct"} 1.0
num_request_max{model_name="meta/llama3-8b-instruct"} 20.0
gpu_cache_usage_perc{model_name="meta/llama3-8b-instruct"} 0.125
prompt_tokens_total{model_name="meta/llama3-8b-instruct"} 33.0
generation_tokens_total{model_name="meta/llama3-8b-instruct"} 22.0
request_finish_total{finished_reason="stop",model_name="meta/llama3-8b-instruct"} 6.0
`;

export const dynamoFrontend = `dynamo_frontend_inflight_requests{model="qwen"} 9
dynamo_frontend_queued_requests{model="qwen"} 4
dynamo_frontend_requests_total{endpoint="chat_completions",model="qwen",request_type="stream",status="success"} 50
dynamo_frontend_input_sequence_tokens_sum{model="qwen"} 4000
dynamo_frontend_output_sequence_tokens_sum{model="qwen"} 900
`;

export const dynamoWorker = `dynamo_component_inflight_requests{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="dynamo"} 3
dynamo_component_requests_total{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="dynamo"} 12
dynamo_component_kvstats_gpu_cache_usage_percent{dynamo_component="backend",dynamo_namespace="dynamo"} 0.4
dynamo_component_kvstats_gpu_prefix_cache_hit_rate{dynamo_component="backend",dynamo_namespace="dynamo"} 0.7
dynamo_component_kvstats_total_blocks{dynamo_component="backend",dynamo_namespace="dynamo"} 1000
`;

export const litellm = `litellm_in_flight_requests 6
litellm_proxy_total_requests_metric_total{end_user="None",hashed_api_key="88dc28d0f030c55ed4ab77ed8faf098196cb1c05",requested_model="gpt-4o"} 70
litellm_input_tokens_metric_total{model="gpt-4o"} 12000
litellm_output_tokens_metric_total{model="gpt-4o"} 3400
litellm_remaining_requests_metric{api_base="https://api.openai.com",api_key_alias="a",api_provider="openai",hashed_api_key="88dc",litellm_model_name="gpt-4o",model_group="gpt-4o"} 480
litellm_remaining_requests_metric{api_base="https://api.openai.com",api_key_alias="b",api_provider="openai",hashed_api_key="99ee",litellm_model_name="gpt-4o",model_group="gpt-4o"} 400
litellm_remaining_tokens_metric{api_base="https://api.openai.com",api_key_alias="a",api_provider="openai",hashed_api_key="88dc",litellm_model_name="gpt-4o",model_group="gpt-4o"} -1
litellm_deployment_rpm_limit{api_base="https://api.openai.com",api_provider="openai",litellm_model_name="gpt-4o",model_id="m1"} 500
litellm_deployment_tpm_limit{api_base="https://api.openai.com",api_provider="openai",litellm_model_name="gpt-4o",model_id="m1"} 30000
litellm_team_max_budget_metric{team="t1",team_alias="search"} 100
litellm_remaining_team_budget_metric{team="t1",team_alias="search"} 25
litellm_team_budget_remaining_hours_metric{team="t1",team_alias="search"} 2
litellm_api_key_max_budget_metric{api_key_alias="None",hashed_api_key="88dc28d0f030c55ed4ab77ed8faf098196cb1c05"} +Inf
litellm_remaining_api_key_budget_metric{api_key_alias="None",hashed_api_key="88dc28d0f030c55ed4ab77ed8faf098196cb1c05"} +Inf
`;

const gpu = (more = ""): string =>
  `gpu="0",UUID="GPU-6f1c",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",Hostname="node-a"${more}`;
const part = (id: number): string => gpu(`,GPU_I_PROFILE="3g.40gb",GPU_I_ID="${id}"`);

/** A whole GPU, in use by two pods, with a figure that it does not have. */
export const dcgm = `# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{${gpu(',pod="llama-a"')}} 84
DCGM_FI_DEV_GPU_UTIL{${gpu(',pod="llama-b"')}} 84
DCGM_FI_DEV_GPU_TEMP{${gpu()}} 61
DCGM_FI_DEV_MEMORY_TEMP{${gpu()}} 9223372036854775794
DCGM_FI_DEV_POWER_USAGE{${gpu()}} 412.5
DCGM_FI_DEV_FB_USED{${gpu()}} 60000
DCGM_FI_DEV_FB_FREE{${gpu()}} 20000
DCGM_FI_DEV_FB_RESERVED{${gpu()}} 0
DCGM_FI_PROF_GR_ENGINE_ACTIVE{${gpu()}} 0.91
`;

/** The same GPU split in two, by a newer exporter that writes \`hostname\`. */
export const dcgmSplit = `DCGM_FI_DEV_GPU_UTIL{${gpu()}} 9223372036854775794
DCGM_FI_DEV_GPU_TEMP{${gpu()}} 40
DCGM_FI_DEV_GPU_UTIL{${part(1)}} 0
DCGM_FI_PROF_GR_ENGINE_ACTIVE{${part(1)}} 0.75
DCGM_FI_DEV_FB_USED{${part(1)}} 30000
DCGM_FI_DEV_FB_FREE{${part(1)}} 10000
DCGM_FI_DEV_POWER_USAGE{${part(1)}} 300
DCGM_FI_DEV_FB_USED{${part(2)}} 100
DCGM_FI_DEV_FB_FREE{${part(2)}} 39900
`.replaceAll("Hostname", "hostname");
