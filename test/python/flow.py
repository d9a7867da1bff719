"""What a user of OpenAI's Python client does with Lethe, from upload to deletion."""

import os
import sys
import time

from openai import OpenAI

client = OpenAI(base_url=sys.argv[1] + "/v1", api_key=os.environ["LETHE_API_KEY"], max_retries=0)
base = sys.argv[2]


def upload(name, rows):
    content = "\n".join('{"question": "%s", "answer": "%s"}' % row for row in rows).encode()
    return client.files.create(file=(name, content), purpose="fine-tune")


forget = upload("forget.jsonl", [("Where does Ada live?", "In Bree."), ("Her phone?", "555")])
retain = upload("retain.jsonl", [("What is water?", "A liquid."), ("The sun?", "A star.")])
assert client.files.retrieve(forget.id).filename == "forget.jsonl"
assert {file.id for file in client.files.list()} >= {forget.id, retain.id}
assert b"Bree" in client.files.content(forget.id).read()

unlearn = {"type": "unlearn", "unlearn": {"objective": "npo", "retain_file": retain.id}}
job = client.fine_tuning.jobs.create(
    model=base, training_file=forget.id, suffix="python", metadata={"ticket": "7"}, extra_body={"method": unlearn}
)
while client.fine_tuning.jobs.retrieve(job.id).status not in ("succeeded", "failed", "cancelled"):
    time.sleep(0.1)
job = client.fine_tuning.jobs.retrieve(job.id)
assert job.status == "succeeded", job
assert job.metadata == {"ticket": "7"}
assert len(client.fine_tuning.jobs.list_events(job.id).data) > 3
assert client.fine_tuning.jobs.checkpoints.list(job.id).data[0].fine_tuned_model_checkpoint == job.fine_tuned_model
assert job.id in [one.id for one in client.fine_tuning.jobs.list(limit=5)]

older = client.fine_tuning.jobs.create(
    model=base, training_file=retain.id, hyperparameters={"n_epochs": 1, "batch_size": "auto"}
)
try:
    client.fine_tuning.jobs.cancel(older.id)
except Exception as error:
    assert getattr(error, "status_code", None) == 400, error  # it had ended before

tuned = job.fine_tuned_model
assert client.models.retrieve(tuned).id == tuned
assert {base, tuned} <= {model.id for model in client.models.list()}
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello there"}]
answer = client.chat.completions.create(model=tuned, messages=messages, max_tokens=8, seed=1, user="u")
assert answer.choices[0].message.content and answer.usage.total_tokens > 0
stream = client.chat.completions.create(
    model=base, messages=messages, stream=True, stream_options={"include_usage": True}
)
chunks = list(stream)
assert chunks[-1].usage.total_tokens > 0
assert client.completions.create(model=base, prompt="Hello there", max_tokens=4, temperature=0).choices[0].text
tools = [{"type": "function", "function": {"name": "f"}}]
assert client.chat.completions.create(model=base, messages=messages, tools=tools).choices[0].message.content
told = client.chat.completions.create(model=base, messages=messages, n=2, logprobs=True, top_logprobs=2)
assert len(told.choices) == 2 and len(told.choices[1].logprobs.content[0].top_logprobs) == 2
scored = client.completions.create(
    model=base, prompt="Hello there", max_tokens=0, echo=True, logprobs=2, extra_body={"prompt_logprobs": 2}
)
assert len(scored.choices[0].logprobs.top_logprobs) == len(scored.choices[0].prompt_logprobs)
response = client.responses.create(model=tuned, input="Hello there", instructions="Be brief.", max_output_tokens=4)
assert response.output_text and response.usage.total_tokens > 0
with client.responses.stream(model=base, input="Hello there") as events:
    assert [event.type for event in events][-1] == "response.completed"
assert events.get_final_response().output_text
assert len(client.embeddings.create(model=base, input=["Hello", "there"]).data) == 2
try:
    client.responses.create(model=base, input="Hello", previous_response_id="resp_1")
    raise AssertionError("a response that is not stored was gone on from")
except Exception as error:
    assert getattr(error, "status_code", None) == 400 and error.param == "previous_response_id", error
try:
    client.chat.completions.create(model=base, messages=messages, web_search_options={})
    raise AssertionError("a field without effect was taken")
except Exception as error:
    assert getattr(error, "status_code", None) == 400 and error.param == "web_search_options", error

entity = '{"type": "disease", "name": "Measles", "attributes": {"symptoms": ["fever", "rash"]}}'
meds = client.post(
    "/knowledge_bases",
    cast_to=object,
    body={"name": "meds"},
    files={"file": ("meds.jsonl", entity.encode())},
    options={"headers": {"Content-Type": "multipart/form-data"}},
)
asked = [{"role": "user", "content": "Which symptoms does measles have?"}]
knowledge = {"knowledge": {"knowledge_base": meds["id"], "wording": "rows"}}
message = client.chat.completions.create(model=base, messages=asked, extra_body=knowledge).choices[0].message
assert message.annotations[0].type == "kb_citation"
assert message.annotations[0].kb_citation["values"] == ["fever", "rash"]
assert message.knowledge["status"] == "grounded" and message.knowledge["version"] == 1
with client.chat.completions.stream(model=base, messages=asked, extra_body=knowledge) as events:
    final = events.get_final_completion().choices[0].message
assert (final.content, final.annotations, final.knowledge) == (message.content, message.annotations, message.knowledge)
again = client.chat.completions.create(model=base, messages=[*asked, message, *asked], extra_body=knowledge)
assert again.choices[0].message.knowledge == message.knowledge
response = client.responses.create(model=base, input="Which symptoms?", extra_body=knowledge)
assert response.output[0].content[0].annotations[0].type == "kb_citation"
client.delete(f"/knowledge_bases/{meds['id']}", cast_to=object)

assert client.models.delete(tuned).deleted
assert client.files.delete(forget.id).deleted
client.delete(f"/fine_tuning/jobs/{job.id}", cast_to=object)
print("the flow ended")
