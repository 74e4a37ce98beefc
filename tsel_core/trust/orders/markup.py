# ruff: noqa: E501 (one pattern a line)
"""Marks of a conversation with a program: chat templates, roles, tools, links that carry an answer away."""

from __future__ import annotations

from tsel_core.trust.orders.sign import Sign

_ROLE = r"(?:system|user|assistant|developer|human|ai|tool|function|model|bot|observation|ipython|environment)"

MARKUP = (
    # <|im_start|>, <|eot_id|>, <｜User｜> (full-width bars are folded), <|START_OF_TURN_TOKEN|>, <|assistant|>
    Sign("template", r"<\|[\w▁ .:-]{1,40}\|>|<\|(?:im|end|start|user|system|assistant)\w*\b", ("<|",)),
    Sign("template", r"<\/?(?:start_of_turn|end_of_turn|bos|eos|turn|s_?inst|sys|system_?prompt|system_?message)\/?>|<<\/?sys>>", ("<",)),
    Sign("template", r"\[\/?(?:inst|system_prompt|available_tools|tool_calls?|tool_results?|tool_use|sys|assistant|gmask|sop|eop|unused\d+)\]", ("[",)),
    Sign("template", r"<\/?(?:tool_call|tool_calls|tool_response|function_calls?|function_results?|invoke|antml:\w+|think|thinking|scratchpad|fim_\w+|file_sep|repo_name|reponame|filename|gh_stars|jupyter_\w+|unk|pad|mask|reserved_\w+|extra_id_\d+)>", ("<",)),
    Sign("template", r"<\/?(?:system|assistant|user_query|user_input|instructions?|context|documents?|prompt|important|admin|override)>", ("<",)),
    Sign("template", rf"[\"']role[\"']\s*:\s*[\"']{_ROLE}[\"']", ("role",)),
    Sign("template", rf"^\s*-?\s*role\s*:\s*{_ROLE}\s*\n\s*content\s*:", ("role",)),
    Sign("template", rf"^\s*#{{2,}}\s*(?:instructions?|input|response|{_ROLE}|new instructions?|prompt|task)\s*:?\s*$", ("##",)),
    Sign("template", r"<\/s>\s*(?:<s>|\[|<|\S*:)|<s>\s*\[|^<\/s>", ("s>",)),
    Sign("template", r"^\s*(?:\[|\(|\{|<|=+\s*|-+\s*|#+\s*)?(?:begin|start|end|new|updated?|hidden)\s+(?:of\s+)?(?:the\s+)?(?:system|developer|assistant|admin)\s*(?:prompt|message|instructions?|turn|notice|note)?\b", ("system", "developer", "assistant", "admin")),
    Sign("template", r"^\s*(?:\[|\(|\{|\*\*|<)\s*(?:system|assistant|developer|admin(?:istrator)?|ai|llm)(?:\s+(?:note|message|prompt|override|instructions?|notice|command))?\s*(?:\]|\)|\}|\*\*|>)?\s*:", ("system", "assistant", "developer", "admin", "ai", "llm")),
    # a picture or link whose address is to be filled with the answer
    Sign("link", r"!\[[^\]\n]{0,80}\]\(\s*https?:[^)\s]*[?=&{$<]", ("![",)),
    Sign("link", r"https?:\/\/[^\s)\"'>]*[?&\/=](?:[{<$\[%]{1,2}\w+[}>\]]{0,2}|answer|reply|response|summary|data|secret)\b(?:[)\s\"'>]|$)", ("http",)),
    Sign("link", r"<(?:img|iframe|script|object|embed)\b[^>]{0,80}\bsrc\s*=\s*[\"']?https?:", ("src",)),
)
