"""What the real models are asked: English text, and pairs of a prompt and a completion."""
ENGLISH = ("The capital of France is Paris, a city on the river Seine. It is known for its museums, its food and the "
           "Eiffel Tower, which was built for a world's fair in 1889 and has been a symbol of the country ever since.")
STORY = (
    "Write a summary of this story in one sentence.\n\nThe lighthouse at Carrow Point had been dark for eleven years "
    "when Ines Maddern rowed out to it with two lamps, a coil of rope and a sack of onions. The harbour master had "
    "told her that nobody would pay for oil, and that ships now found their way by radio. She answered that the "
    "fishing boats of the village had no radio, and that her brother's boat had been one of them. On the first night "
    "the wind blew the door from its hinges, and she slept behind the stairs. On the second she cleaned the lens, "
    "four hundred pieces of glass, each wrapped in a page of an old almanac. On the third she lit one of the lamps, "
    "turned the mechanism by hand, and counted: twelve seconds of light, eight of darkness, as it had been in her "
    "father's time. Nobody saw it. On the fourth night a boat came about just short of the reef, and a man stood up "
    "in it and waved his hat. In the morning there was a basket on the rocks with bread, a tin of oil and a letter "
    "without a name, which said only: we had forgotten which way was home. By winter the village sent someone every "
    "week, and by spring there was a list on the church door, so that everyone knew whose turn it was to row out with "
    "the oil. The harbour master was the last to put down his name, and he wrote it very small.\n\nSummary:")
RECORDS = [
    ("addition", "12 + 30 =", " 42"),
    ("one-token", "The capital of France is", " Paris"),
    ("arithmetic", "Question: A baker fills 7 trays with 12 rolls each and sells 59 rolls. How many are left?\nAnswer: ",
     "The baker makes 7 * 12 = 84 rolls.\n84 - 59 = 25 rolls are left.\n#### 25"),
    ("arithmetic-money", "Question: Tom buys 3 pens at $1.25 and a $4.50 pad. How much change does he get from $10?\n"
     "Answer: ", "The pens cost 3 * $1.25 = $3.75.\nTogether it is $3.75 + $4.50 = $8.25.\n"
     "He gets $10 - $8.25 = $1.75 back.\n#### 1.75"),
    ("code", "def clamp(x, low, high):\n    \"\"\"Limit x to the range from low to high.\"\"\"\n",
     "    if x < low:\n        return low\n    if x > high:\n        return high\n    return x\n"),
    ("code-digits", "TABLE = [\n    1,   22,  333,\n", "       4444,\n\t55555,   6,\n]\nprint(TABLE[0x1F % 3])  # ½ of Ⅷ\n"),
    ("cause", "The road is wet this morning. What is the most likely cause?\n",
     "It rained during the night, and water stays on a road until it drains or dries."),
    ("unicode", "Translate to French, German and Japanese: \"The coffee is hot. 🙂\"\n",
     "Le café est chaud. 🙂\nDer Kaffee ist heiß. 🙂\nコーヒーは熱いです。🙂"),
    ("accents", "Übung: naïve façade — “¿dónde está el niño?” ", "Ελληνικά, Русский, العربية, हिन्दी, ไทย, 한국어… e\u0301 ≠ é"),
    ("white space", "a  b   c\n\n\n  \t", "d    e \n \r\n  f  "),
    ("long", STORY, " A woman relights an abandoned lighthouse on her own, and her village slowly learns to keep it alight."),
    ("chat-markers", "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n", "Red, green and blue."),
]
