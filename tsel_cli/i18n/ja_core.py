# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""What does not fit, memory and devices that fail, and errors of a running engine."""

from __future__ import annotations

PAIRS = (
    # does it fit
    ("{names}: {num:n} tokens with room for the answer, the model was trained for {window:n}", "{names}: 回答分を含めて {num} トークンですが、モデルの学習時の上限は {window} トークンです"),
    (
        "nothing was cut: ask about part of it (--pages of a PDF), use a model with a longer window (tsel models list), or read past the window, less reliably, with --extrapolate",
        "何も省略していません。一部について質問するか (PDF の --pages)、上限の長いモデル (tsel models list) を使うか、信頼性は下がりますが --extrapolate で上限を超えて読んでください",
    ),
    (
        "{names}: {num:n} tokens need {kv:n} GB KV ({kind}) + {weights:n} GB weights + {work:n} GB workspace, {have:message}: {room:message}",
        "{names}: {num} トークンには KV {kv} GB ({kind}) + 重み {weights} GB + 作業領域 {work} GB が必要ですが、{have}。{room}",
    ),
    (
        "{names}: {num:n} tokens need {kv:n} GB KV ({kind}) + {weights:n} GB weights + {work:n} GB workspace, {have:message}: {room:message}; past the trained window of {window:n} keys and values cannot be held as {chosen}",
        "{names}: {num} トークンには KV {kv} GB ({kind}) + 重み {weights} GB + 作業領域 {work} GB が必要ですが、{have}。{room}。学習時の上限 {window} トークンを超えるため、KV を {chosen} で保持できません",
    ),
    ("you have {have:n} GB", "使用可能なのは {have} GB です"),
    ("you have {have:n} GB and {host:n} GB of host memory", "使用可能なのは {have} GB とホストメモリ {host} GB です"),
    ("{kind} KV fits {num} tokens", "KV {kind} なら {num} トークンまで入ります"),
    ("{kind} KV fits {num} tokens, {rest:message}", "KV {kind} なら {num} トークンまで、{rest}"),
    ("{kind} KV fits {num}, {rest:message}", "{kind} なら {num} トークンまで、{rest}"),
    ("{kind} KV fits {num}", "{kind} なら {num} トークンまで入ります"),
    ("nothing was cut: use --kv auto with more memory, a smaller model, or --pages", "何も省略していません。メモリを増やして --kv auto を使うか、小さいモデルまたは --pages を使ってください"),
    ("nothing was cut: --kv {kind} fits", "何も省略していません。--kv {kind} なら入ります"),
    ("nothing was cut: close other programs, choose a smaller model (--model), or part of the file (--pages)", "何も省略していません。他のプログラムを終了するか、小さいモデル (--model) またはファイルの一部 (--pages) を指定してください"),
    ("close other programs, choose a smaller model (--model), or part of the file (--pages)", "他のプログラムを終了するか、小さいモデル (--model) またはファイルの一部 (--pages) を指定してください"),
    ("the cache for {num:n} tokens needs {needed:n} GB of host memory, {free:n} GB is free", "{num} トークン分のキャッシュにホストメモリ {needed} GB が必要ですが、空きは {free} GB です"),
    ("the cache for {num:n} tokens could not be allocated ({kind} KV): {error}", "{num} トークン分のキャッシュ (KV {kind}) を確保できませんでした: {error}"),
    (
        "{sink:n} sinks, a local window of {local:n} and blocks of {block:n} tokens leave nothing of the trained window of {window:n} to selected rows",
        "先頭 {sink}、近傍 {local}、ブロック {block} トークンで学習時の上限 {window} トークンを使い切り、選択する行の余地がありません",
    ),
    ("use smaller num_sink, num_local or block_size", "num_sink、num_local、block_size を小さくしてください"),
    ("model type {kind} cannot be read past its trained window of {window:n}", "モデル形式 {kind} は、学習時の上限 {window} トークンを超えて読むことができません"),
    ("use a Llama, Qwen2, Qwen3, Mistral or Phi-3 type model without sliding layers, or --pages", "スライディング層のない Llama、Qwen2、Qwen3、Mistral、Phi-3 系のモデルか、--pages を使ってください"),
    ("--extrapolate reads on one device", "--extrapolate は 1 つのデバイスでのみ使えます"),
    ("leave it out, or name one --device", "外すか、--device を 1 つにしてください"),
    # memory and devices
    ("out of memory", "メモリが不足しています"),
    ("out of memory while {doing:message}", "メモリが不足しました ({doing})"),
    ("out of memory while {doing:message} ({error})", "メモリが不足しました ({doing}): {error}"),
    ("out of memory: {error}", "メモリが不足しました: {error}"),
    ("close other programs, use a smaller model (--model), part of the file (--pages) or --memory-limit", "他のプログラムを終了するか、小さいモデル (--model)、ファイルの一部 (--pages)、または --memory-limit を使ってください"),
    ("send fewer or shorter documents", "文書を減らすか、短くしてください"),
    ("use a smaller model, more devices, or part of the file with --pages", "小さいモデル、より多くのデバイス、または --pages でファイルの一部を使ってください"),
    ("the GPU failed while {doing:message} ({error})", "GPU でエラーが発生しました ({doing}): {error}"),
    ("run it again; if it stays so look at the driver (nvidia-smi, dmesg), or use --device cpu", "もう一度実行してください。続く場合はドライバーを確認するか (nvidia-smi、dmesg)、--device cpu を使ってください"),
    ("the model gave logits that are not finite after {num:n} tokens", "{num} トークンの後、モデルの出力が有限の値になりませんでした"),
    ("the weights may be damaged (tsel models rm, then pull), or use --attention full", "重みが破損している可能性があります (tsel models rm の後に pull)。または --attention full を使ってください"),
    ("--kv {kind} is not for a {device} device: its cache is in host memory already", "--kv {kind} は {device} では使えません。キャッシュはすでにホストメモリにあります"),
    ("use --kv auto, bf16 or fp8", "--kv auto、bf16、fp8 のいずれかを指定してください"),
    ("device {name} is not known", "デバイス {name} は認識できません"),
    ("use auto, cpu, cuda, cuda:N, or cuda:0,cuda:1; rocm, xpu and mps for GPUs of AMD, Intel and Apple", "auto、cpu、cuda、cuda:N、または cuda:0,cuda:1 を指定してください。AMD、Intel、Apple の GPU は rocm、xpu、mps です"),
    ("device rocm is not there: this PyTorch is not built for ROCm", "デバイス rocm は使えません: この PyTorch は ROCm 用ではありません"),
    ("{kind}: taken when named (--device {name}), with the torch definitions", "{kind}: 指定したとき (--device {name}) だけ、PyTorch の定義で使います"),
    ("device {name} is not there: this machine has {num:n} {kind} devices", "デバイス {name} がありません。このコンピューターの {kind} デバイスは {num} 個です"),
    ("use --device cpu or auto", "--device cpu または auto を指定してください"),
    ("device {name}: several devices must be different GPUs, or all cpu", "デバイス {name}: 複数指定する場合は、異なる GPU か、すべて cpu にしてください"),
    ("--device {name} names {num:n}, but torchrun started {world:n} processes", "--device {name} は {num} 個ですが、torchrun のプロセスは {world} 個です"),
    ("name as many", "同じ数を指定してください"),
    # several devices
    ("this process has had a group of devices that was lost", "このプロセスのデバイスグループは失われています"),
    ("run the command again", "コマンドをもう一度実行してください"),
    ("the process of {where} ended with code {code}", "{where} のプロセスがコード {code} で終了しました"),
    ("run again; if it ends again, use one device or a smaller model", "もう一度実行してください。再び終了する場合は、デバイスを 1 つにするか、小さいモデルを使ってください"),
    ("the group of devices ended with an earlier error", "デバイスグループは以前のエラーで終了しています"),
    ("start again", "もう一度開始してください"),
    ("model type {kind} is not split over several devices", "モデル形式 {kind} は複数のデバイスへの分割に対応していません"),
    ("use one device, or {kinds}", "デバイスを 1 つにするか、{kinds} を使ってください"),
    ("{name} has {num:n} KV heads, which {size:n} devices cannot share equally", "{name} の KV ヘッド {num} 個は、{size} 個のデバイスに均等に分けられません"),
    ("name {nums} devices, or use another model", "デバイスを {nums} 個にするか、別のモデルを使ってください"),
    ("an MLP of {num:n} channels cannot be split over {size:n} devices", "{num} チャネルの MLP は、{size} 個のデバイスに分割できません"),
    ("use another number of devices", "デバイスの数を変えてください"),
)
