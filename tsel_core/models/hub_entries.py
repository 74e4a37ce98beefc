"""The models of the Hub that the catalogue knows by name, each at one commit.

A commit names the content of every file, weights through their sha256; the first fetch notes those hashes and later
loads are held against them (tsel_core.models.hub). Of GGUF files size and sha256 stand here. Commits and hashes are
those that many public repositories pin; none could be fetched where this was written.
"""

from __future__ import annotations

from tsel_core.models.catalog_entry import APACHE_2, CatalogEntry, HubFile

_QWEN3_NOTICE = "Qwen3 by the Qwen team, Alibaba Cloud. Copyright 2024 Alibaba Cloud."

HUB_ENTRIES: tuple[CatalogEntry, ...] = (
    CatalogEntry(
        name="qwen3-4b-q4",
        title="Qwen3-4B-Instruct-2507, Q4_K_M",
        note="for GPUs from 10 GB; long documents",
        licence=APACHE_2,
        trained_window=262_144,
        num_params=4_022_468_096,
        origin="Qwen/Qwen3-4B-Instruct-2507",
        hub_file=HubFile(
            "unsloth/Qwen3-4B-Instruct-2507-GGUF",
            "a06e946bb6b655725eafa393f4a9745d460374c9",
            "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
            2_497_281_120,
            "3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597",
        ),
        attribution=_QWEN3_NOTICE,
    ),
    CatalogEntry(
        name="qwen3-8b-q4",
        title="Qwen3-8B, Q4_K_M",
        note="for GPUs from 16 GB; reasons first with --think",
        licence=APACHE_2,
        trained_window=32_768,
        num_params=8_190_735_360,
        origin="Qwen/Qwen3-8B",
        hub_file=HubFile(
            "Qwen/Qwen3-8B-GGUF",
            "7c41481f57cb95916b40956ab2f0b139b296d974",
            "Qwen3-8B-Q4_K_M.gguf",
            5_027_783_488,
            "d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
        ),
        attribution=_QWEN3_NOTICE,
    ),
    CatalogEntry(
        name="qwen3-14b-q4",
        title="Qwen3-14B, Q4_K_M",
        note="for GPUs from 24 GB; reasons first with --think",
        licence=APACHE_2,
        trained_window=32_768,
        num_params=14_768_307_200,
        origin="Qwen/Qwen3-14B",
        hub_file=HubFile(
            "Qwen/Qwen3-14B-GGUF",
            "530227a7d994db8eca5ab5ced2fb692b614357fd",
            "Qwen3-14B-Q4_K_M.gguf",
            9_001_752_960,
            "500a8806e85ee9c83f3ae08420295592451379b4f8cf2d0f41c15dffeb6b81f0",
        ),
        attribution=_QWEN3_NOTICE,
    ),
    CatalogEntry(
        name="qwen3-4b",
        title="Qwen3-4B-Instruct-2507",
        note="for GPUs from 12 GB",
        licence=APACHE_2,
        trained_window=262_144,
        num_params=4_022_468_096,
        origin="Qwen/Qwen3-4B-Instruct-2507",
        revision="cdbee75f17c01a7cc42f958dc650907174af0554",
    ),
    CatalogEntry(
        name="qwen2.5-7b-1m",
        title="Qwen2.5-7B-Instruct-1M",
        note="for GPUs from 24 GB; long documents",
        licence=APACHE_2,
        # trained to 256K; the million of its name needs dual chunk attention, which is not done here
        trained_window=262_144,
        num_params=7_615_616_512,
        origin="Qwen/Qwen2.5-7B-Instruct-1M",
        revision="e28526f7bb80e2a9c8af03b831a9af3812f18fba",
    ),
    CatalogEntry(
        name="llama-3.1-8b",
        title="Llama-3.1-8B-Instruct",
        note="for GPUs from 24 GB; its licence must be accepted on the Hub first",
        licence="Llama 3.1 Community License",
        trained_window=131_072,
        num_params=8_030_261_248,
        origin="meta-llama/Llama-3.1-8B-Instruct",
        revision="0e9e39f249a16976918f6564b8830bc894c89659",
        gated=True,
    ),
    CatalogEntry(
        name="smollm3-3b",
        title="SmolLM3-3B",
        note="for GPUs from 10 GB; reasons first with --think",
        licence=APACHE_2,
        trained_window=65_536,
        num_params=3_075_098_624,
        origin="HuggingFaceTB/SmolLM3-3B",
        revision="a07cc9a04f16550a088caea529712d1d335b0ac1",
    ),
    CatalogEntry(
        name="granite-3.3-8b",
        title="Granite-3.3-8B-Instruct",
        note="for GPUs from 24 GB; English and Japanese",
        licence=APACHE_2,
        trained_window=131_072,
        num_params=8_170_848_256,
        origin="ibm-granite/granite-3.3-8b-instruct",
        revision="51dd4bc2ade4059a6bd87649d68aa11e4fb2529b",
    ),
    CatalogEntry(
        name="qwen3-8b",
        title="Qwen3-8B",
        note="for GPUs from 24 GB; reasons first with --think",
        licence=APACHE_2,
        trained_window=32_768,
        num_params=8_190_735_360,
        origin="Qwen/Qwen3-8B",
        revision="b968826d9c46dd6066d109eabc6255188de91218",
    ),
    CatalogEntry(
        name="phi-4",
        title="Phi-4",
        note="for GPUs from 40 GB; mostly English",
        licence="MIT",
        trained_window=16_384,
        num_params=14_659_507_200,
        origin="microsoft/phi-4",
        revision="187ef0342fff0eb3333be9f00389385e95ef0b61",
    ),
    CatalogEntry(
        name="qwen3-30b-a3b",
        title="Qwen3-30B-A3B-Instruct-2507",
        note="for GPUs from 80 GB; experts, through transformers' own layers",
        licence=APACHE_2,
        trained_window=262_144,
        num_params=30_532_122_624,
        origin="Qwen/Qwen3-30B-A3B-Instruct-2507",
        revision="0d7cf23991f47feeb3a57ecb4c9cee8ea4a17bfe",
    ),
)
