"""The PyTorch contender: answers the bench's requests, one line of JSON each, on the CPU's cores or in CUDA, eagerly.

The first line of input names the folder with the problem: problem.json (recipe, parameters, batch) and values.bin, all
float32 values one after the other. Works with torch 1.13 and later.
"""

import json
import math
import os
import pathlib
import sys
import time

import torch
from torch.nn import functional

cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
torch.set_num_threads(cores)


class Network:
    """The network of a recipe, on plain tensors."""

    def __init__(self, problem, values, device):
        self.recipe = problem["recipe"]
        self.tensors = {}
        for spec in problem["parameters"]:
            tensor = values(spec["shape"]).to(device)
            self.tensors[spec["name"]] = tensor.requires_grad_(spec["trainable"])

    def trainable(self):
        return [tensor for tensor in self.tensors.values() if tensor.requires_grad]

    def forward(self, x):
        for step in self.recipe["trunk"]:
            x = self.apply(step, x)
        outputs = []
        for head in self.recipe["heads"]:
            y = x
            for step in head:
                y = self.apply(step, y)
            outputs.append(y)
        return outputs

    def apply(self, step, x):
        kind = step["kind"]
        if kind == "conv":
            return self.conv(step, x)
        if kind == "residual":
            y = x
            for each in step["branch"]:
                y = self.conv(each, y)
            return torch.relu(y + (self.conv(step["shortcut"], x) if "shortcut" in step else x))
        if kind == "max-pool":
            return functional.max_pool2d(x, step["size"])
        if kind == "average":
            return x.mean((2, 3))
        if kind == "dense":
            y = functional.linear(x.flatten(1), self.tensors[step["weight"]], self.tensors[step["bias"]])
            return torch.relu(y) if step["relu"] else y
        raise ValueError(f"no step {kind}")

    def conv(self, step, x):
        bias = self.tensors[step["bias"]] if "bias" in step else None
        y = functional.conv2d(x, self.tensors[step["weight"]], bias, step["stride"], step["padding"])
        if "norm" in step:
            mean, variance, scale, shift = (
                self.tensors[f"{step['norm']}.{name}"]
                for name in ("running_mean", "running_var", "weight", "bias")
            )
            y = functional.batch_norm(y, mean, variance, scale, shift, training=True)
        return torch.relu(y) if step["relu"] else y


class Training:
    def __init__(self, folder):
        problem = json.loads((folder / "problem.json").read_text())
        self.device = "cuda" if problem["mayUseCuda"] and torch.cuda.is_available() else "cpu"
        torch.backends.cudnn.benchmark = True
        numbers = torch.frombuffer(bytearray((folder / "values.bin").read_bytes()), dtype=torch.float32)
        at = 0

        def values(shape):
            nonlocal at
            count = 1
            for extent in shape:
                count *= extent
            at += count
            return numbers[at - count : at].reshape(shape).clone()

        self.x = values(problem["images"]).permute(0, 3, 1, 2).contiguous().to(self.device)
        self.labels = [torch.tensor(each, device=self.device) for each in problem["labels"]]
        self.network = Network(problem, values, self.device)
        self.optimizer = torch.optim.Adam(self.network.trainable(), lr=problem["learningRate"])

    def step(self):
        self.optimizer.zero_grad()
        logits = self.network.forward(self.x)
        loss = sum(functional.cross_entropy(each, truth) for each, truth in zip(logits, self.labels))
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def train(self, steps):
        """Milliseconds of `steps` steps, and the loss before the last."""
        start = time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        value = loss.item()  # waits for CUDA too
        value = value if math.isfinite(value) else None  # JSON has no NaN
        if self.device == "cuda":
            torch.cuda.synchronize()
        return (time.perf_counter() - start) * 1000, value

    def prepare(self):
        first, loss = self.train(1)
        self.train(2)
        second, _ = self.train(1)
        adapter = torch.cuda.get_device_name() if self.device == "cuda" else f"{cores} cores"
        return {
            "adapter": adapter,
            "isSoftware": self.device == "cpu",
            "processor": self.device,
            "version": torch.__version__,
            "firstLoss": loss,
            "startMilliseconds": first,
            "stepMilliseconds": second,
            "notes": [],
        }

    def round(self, steps):
        milliseconds, loss = self.train(steps)
        peak = torch.cuda.max_memory_allocated() if self.device == "cuda" else None
        return {
            "steps": steps,
            "milliseconds": milliseconds / steps,
            "lastLoss": loss,
            "scriptMilliseconds": None,
            "dispatches": None,
            "uploadedBytes": None,
            "peakBytes": peak,
        }


training = Training(pathlib.Path(sys.stdin.readline().strip()))
for line in sys.stdin:
    request = json.loads(line)
    answer = training.prepare() if request["kind"] == "prepare" else training.round(request["steps"])
    print(json.dumps({"answer": answer}), flush=True)
