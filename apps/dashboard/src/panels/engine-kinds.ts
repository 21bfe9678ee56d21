const names: Readonly<Record<string, string>> = {
  vllm: "vLLM",
  sglang: "SGLang",
  trtllm: "TensorRT-LLM",
  tgi: "TGI",
  triton: "Triton",
  nim: "NIM",
  dynamo: "Dynamo",
  litellm: "LiteLLM",
  dcgm: "DCGM",
};

/** An engine's kind as its makers write it. */
export function kindName(kind: string): string {
  return names[kind] ?? kind;
}
