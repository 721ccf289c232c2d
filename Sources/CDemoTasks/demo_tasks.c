#include "CDemoTasks.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char arithmetic[] = {
#embed "../../notebooks-data/tasks/arithmetic.jsonl"
};
static const unsigned char arithmetic_train[] = {
#embed "../../notebooks-data/tasks/arithmetic-train.jsonl"
};
static const unsigned char cause_effect[] = {
#embed "../../notebooks-data/tasks/cause-effect.jsonl"
};
static const unsigned char code[] = {
#embed "../../notebooks-data/tasks/code.jsonl"
};

struct demo_task demo_task(size_t place) {
    switch (place) {
    case 0: return (struct demo_task){"arithmetic", arithmetic, sizeof arithmetic};
    case 1: return (struct demo_task){"arithmetic-train", arithmetic_train, sizeof arithmetic_train};
    case 2: return (struct demo_task){"cause-effect", cause_effect, sizeof cause_effect};
    case 3: return (struct demo_task){"code", code, sizeof code};
    default: return (struct demo_task){"", arithmetic, 0};
    }
}
