import ChatTemplates
import JSON
import Foundation
import HeadActivation
import Knowledge
import ModelFiles
import Records
import Tokenization
import Transformers

/// A reader of strangers' bytes.
struct Target {
    /// Whether its inputs are JSON, or text that JSON's values stand in.
    var isText = false
    /// Reads an input as far as a user of the tool would.
    let read: (Data) throws -> Void
}

/// The targets by name; each makes what it needs in a scratch folder once.
nonisolated(unsafe) let targets: [String: (Scratch) -> Target] = [
    "gguf": { scratch in
        Target { bytes in
            let source = try ModelSource(path: scratch.file("model.gguf", bytes))
            if case .gguf(let vocabulary) = source.vocabulary { _ = vocabulary.tokens.count }
            use(try Decoder(source))
        }
    },
    "safetensors": { scratch in
        Target { bytes in
            for tensor in try Safetensors(path: scratch.file("a.safetensors", bytes)).tensors.values {
                _ = tensor.shape
            }
        }
    },
    "index": { scratch in
        let folder = scratch.copy(of: "Tests/ModelFilesTests/Fixtures/sharded", as: "sharded")
        return Target(isText: true) { bytes in
            _ = scratch.file("sharded/model.safetensors.index.json", bytes)
            _ = try ModelSource(path: folder)
        }
    },
    "config": { scratch in
        let families = [
            "llama-yarn", "gemma3", "qwen3", "phi3-longrope", "gpt2", "gpt_neox", "opt", "smollm3",
        ]
        let folders = families.map { scratch.copy(of: "notebooks-data/reference/families/\($0)", as: $0) }
        return Target(isText: true) { bytes in
            // The configuration of one family beside the tensors of each.
            for (family, folder) in zip(families, folders) {
                _ = scratch.file("\(family)/config.json", bytes)
                if let decoder = try? Decoder(try ModelSource(path: folder)) { use(decoder) }
            }
        }
    },
    "adapter": { scratch in
        let folder = scratch.copy(of: "notebooks-data/reference/adapters/plain", as: "adapter")
        let base = try? Decoder(ModelSource(path: repository("notebooks-data/reference/tiny-llama/gqa-tied")))
        return Target(isText: true) { bytes in
            _ = scratch.file("adapter/adapter_config.json", bytes)
            let adapter = try AdapterFolder(path: folder)
            if let base { _ = try base.adapted(by: adapter) }
        }
    },
    "tokenizer": { scratch in
        Target(isText: true) { bytes in
            let tokenizer = try Tokenizer(tokenizerJSON: scratch.file("tokenizer.json", bytes))
            let ids = tokenizer.encode("The cat's 12 hats – <s> été 🙂\n\n  x = 3;")
            _ = tokenizer.decode(ids)
        }
    },
    "template": { _ in
        Target { bytes in
            let template = try ChatTemplate(String(decoding: bytes, as: UTF8.self))
            _ = try template.render(
                messages: [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi <b>"],
                    ["role": "assistant", "content": "Hello."], ["role": "user", "content": "Why?"],
                ],
                addGenerationPrompt: true, variables: ["bos_token": "<s>", "eos_token": "</s>"])
        }
    },
    "records": { scratch in
        Target(isText: true) { bytes in
            let path = scratch.file("data.jsonl", bytes)
            let reading = RecordReading(skipsBadLines: true)
            _ = try? readExamples(at: path, reading)
            _ = try? readPreferences(at: path, reading)
            _ = try readChoices(at: path, reading)
        }
    },
    "patterns": { scratch in
        Target { bytes in
            let file = PatternFile(scratch.file("patterns.h5", bytes))
            for summary in try file.list() {
                _ = try file.read(task: summary.task, checkpoint: summary.checkpoint)
            }
        }
    },
    "knowledge": { scratch in
        Target { bytes in
            let index = try KnowledgeIndex(path: scratch.file("facts.db", bytes))
            _ = try index.search("Why does salt melt the ice?", vector: nil, count: 3)
            _ = try index.randomFacts(2, seed: 1)
        }
    },
    "endpoint": { _ in endpointTarget },
]

/// A pass over a few tokens: whatever a configuration says is used.
private func use(_ model: Decoder) {
    let sequence = TokenSequence(ids: [0, 1, 0], supervised: [false, true, true])
    _ = model.tokenLosses(Batch([sequence]))
}
