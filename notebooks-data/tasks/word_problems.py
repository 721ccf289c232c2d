"""Word problems with worked answers. Each function takes a random generator and gives a question and the lines of
its answer; the last value that is computed is what the question asks for. Each story is told twice, the second time with one more
step."""

NAMES = ["Amara", "Ben", "Chloe", "Dmitri", "Elena", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Kavya", "Liam", "Maya",
         "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Samir", "Tessa", "Umar", "Vera", "Wen", "Yara", "Zane"]


def baking(r):
    name, thing = r.choice(NAMES), r.choice(["muffins", "rolls", "scones", "tarts", "pretzels"])
    trays, each, gone = r.randint(5, 12), r.choice([8, 9, 12, 15]), r.randint(10, 23)
    price = r.randint(2, 4)
    return (f"{name} bakes {trays} trays of {thing} with {each} {thing} on each tray. {gone} of them are given to the "
            f"neighbours and the rest is sold for ${price} apiece. How many dollars does {name} take in?",
            [f"{name} bakes {trays} * {each} = {trays * each} {thing}.",
             f"After the gifts, {trays * each} - {gone} = {trays * each - gone} {thing} are left.",
             f"They bring in {trays * each - gone} * {price} = {(trays * each - gone) * price} dollars."])


def train(r):
    first, speed, extra, hours = r.randint(2, 5), r.choice([40, 55, 60, 75, 90]), r.choice([5, 10, 15]), r.randint(2, 4)
    a, b, fast = first * speed, hours * (speed + extra), speed + extra
    return (f"A {r.choice(['train', 'coach', 'lorry', 'ferry'])} travels for {first} hours at {speed} km per hour and "
            f"then for {hours} hours at a speed that is {extra} km per hour higher. How many kilometres does it cover?",
            [f"In the first part it covers {first} * {speed} = {a} km.", f"Its speed then is {speed} + {extra} = {fast} km per hour.",
             f"In the second part it covers {hours} * {fast} = {b} km.", f"Altogether that is {a} + {b} = {a + b} km."])


def savings(r):
    name, goal = r.choice(NAMES), r.choice(["a bicycle", "a guitar", "a telescope", "a tent", "a pair of skates"])
    weekly, weeks, gift = r.randint(7, 18), r.randint(5, 11), r.randint(15, 40)
    cost = weekly * weeks + gift
    return (f"{name} wants {goal} that costs ${cost}. An aunt has given {name} ${gift}, and {name} puts aside ${weekly} "
            f"every week. After how many weeks is there enough money?",
            [f"{name} still needs {cost} - {gift} = {cost - gift} dollars.",
             f"At ${weekly} a week that takes {cost - gift} / {weekly} = {weeks} weeks."])


def ages(r):
    a, b = r.sample(NAMES, 2)
    young, times, years = r.randint(4, 9), r.randint(3, 5), r.randint(3, 12)
    return (f"{a} is {times} times as old as {b}, who is {young}. Then {years} years pass. How old are {a} and {b} together now?",
            [f"At first {a} is {times} * {young} = {times * young} years old.",
             f"They are {times * young} + {young} = {times * young + young} years old together.",
             f"Each of them gains {years} years, which is 2 * {years} = {2 * years} years for both.",
             f"Together they are now {times * young + young} + {2 * years} = {times * young + young + 2 * years}."])


def library(r):
    shelves, books, lent, back = r.randint(6, 14), r.randint(18, 35), r.randint(40, 80), r.randint(10, 30)
    total = shelves * books
    return (f"A village library has {shelves} shelves with {books} books on each. On Monday {lent} books are lent out and "
            f"on Tuesday {back} of these come back. How many books stand on the shelves then?",
            [f"There are {shelves} * {books} = {total} books.", f"On Monday evening {total} - {lent} = {total - lent} books are left.",
             f"On Tuesday there are {total - lent} + {back} = {total - lent + back} books."])


def discount(r):
    thing, price = r.choice(["coat", "lamp", "desk", "suitcase", "kettle", "jacket"]), r.choice([40, 60, 80, 120, 160, 200])
    percent, shipping = r.choice([10, 15, 20, 25, 30]), r.randint(3, 9)
    cut = price * percent // 100
    return (f"The price of a {thing} is ${price}. It is reduced by {percent}% in a sale, but sending it costs ${shipping}. "
            f"What does {r.choice(NAMES)} pay in all to have the {thing} sent home?",
            [f"The reduction is {price} * {percent} / 100 = {cut} dollars.", f"The {thing} costs {price} - {cut} = {price - cut} dollars.",
             f"With sending it is {price - cut} + {shipping} = {price - cut + shipping} dollars."])


def fence(r):
    length, width, gap = 6 * r.randint(4, 9), 6 * r.randint(2, 5), r.choice([2, 3, 4, 6])
    around = 2 * (length + width)
    return (f"A rectangular {r.choice(['meadow', 'garden', 'paddock', 'car park'])} is {length} metres long and {width} "
            f"metres wide. Posts are set all around it, one every {gap} metres. How many posts are needed?",
            [f"Length and width make {length} + {width} = {length + width} metres.",
             f"The way around is 2 * {length + width} = {around} metres.", f"That needs {around} / {gap} = {around // gap} posts."])


def wages(r):
    name, hours, rate, overtime = r.choice(NAMES), r.randint(20, 38), r.randint(11, 19), r.randint(3, 8)
    bonus = r.randint(3, 7)
    a, b = hours * rate, overtime * (rate + bonus)
    return (f"{name} earns ${rate} an hour at {r.choice(['a bakery', 'a garage', 'a market stall', 'a hotel'])}, and ${bonus} "
            f"more than that for every hour of overtime. Last week {name} worked {hours} normal hours and {overtime} "
            f"hours of overtime. How much was the pay?",
            [f"The normal hours bring {hours} * {rate} = {a} dollars.", f"An hour of overtime brings {rate} + {bonus} = {rate + bonus} dollars.",
             f"The overtime brings {overtime} * {rate + bonus} = {b} dollars.", f"Together it is {a} + {b} = {a + b} dollars."])


def sharing(r):
    name, friends, kind = r.choice(NAMES), r.randint(3, 8), r.choice(["marbles", "stickers", "shells", "stamps", "walnuts"])
    each, lost = r.randint(6, 15), r.randint(4, 19)
    total = (friends + 1) * each + lost
    return (f"{name} had {total} {kind} but lost {lost} of them. The others are shared evenly between {name} and {friends} "
            f"friends. How many {kind} does each of them get?",
            [f"{total} - {lost} = {total - lost} {kind} are left.", f"With {name} there are {friends} + 1 = {friends + 1} children.",
             f"Each gets {total - lost} / {friends + 1} = {each} {kind}."])


def tank(r):
    inflow, outflow, start = r.randint(12, 25), r.randint(4, 9), r.randint(30, 90)
    minutes = r.randint(8, 20)
    net = inflow - outflow
    full = start + net * minutes
    return (f"A tank holds {full} litres and has {start} litres in it. A pump brings in {inflow} litres a minute while "
            f"{outflow} litres a minute leak out. How many minutes does it take until the tank is full?",
            [f"There is room for {full} - {start} = {full - start} litres.", f"Each minute adds {inflow} - {outflow} = {net} litres.",
             f"It takes {full - start} / {net} = {minutes} minutes."])


def reading(r):
    name, pages, days = r.choice(NAMES), r.randint(14, 28), r.randint(4, 8)
    faster = r.randint(5, 12)
    rest = r.randint(3, 6)
    first, left = pages * days, rest * (pages + faster)
    return (f"{name} is reading a novel of {first + left} pages. For {days} days it was {pages} pages a day. From now on {name} "
            f"reads {faster} pages more each day than before. How many more days until the end of the novel?",
            [f"{name} has read {days} * {pages} = {first} pages.", f"There are {first + left} - {first} = {left} pages to go.",
             f"The new pace is {pages} + {faster} = {pages + faster} pages a day.", f"That takes {left} / {pages + faster} = {rest} days."])


def orchard(r):
    trees, crates, fruit, weight = r.randint(12, 30), r.randint(2, 5), r.choice(["apple", "pear", "plum", "cherry"]), r.randint(8, 14)
    spoiled = r.randint(11, 40)
    total = trees * crates * weight
    return (f"An orchard has {trees} {fruit} trees. Every tree fills {crates} crates, and a crate weighs {weight} kilograms. "
            f"{spoiled} kilograms of the fruit turn out to be spoiled. How many kilograms can be sold?",
            [f"The trees fill {trees} * {crates} = {trees * crates} crates.", f"These weigh {trees * crates} * {weight} = {total} kilograms.",
             f"{total} - {spoiled} = {total - spoiled} kilograms can be sold."])


def tickets(r):
    adults, children, price = r.randint(20, 60), r.randint(15, 70), 2 * r.randint(4, 9)
    a, b = adults * price, children * (price // 2)
    return (f"{adults} adults and {children} children come to a {r.choice(['puppet show', 'concert', 'circus', 'school play'])}. "
            f"An adult pays ${price} and a child half of that. How much money comes in?",
            [f"The adults pay {adults} * {price} = {a} dollars.", f"A child pays {price} / 2 = {price // 2} dollars.",
             f"The children pay {children} * {price // 2} = {b} dollars.", f"In all {a} + {b} = {a + b} dollars come in."])


def recipe(r):
    people, wanted, thing = r.choice([2, 3, 4]), r.randint(3, 6), r.choice(["flour", "rice", "lentils", "oats", "potatoes"])
    grams = people * r.choice([60, 75, 90, 120])
    guests = people * wanted
    return (f"A recipe for {people} people needs {grams} grams of {thing}. {r.choice(NAMES)} cooks it for {guests} guests. "
            f"How many grams does that take?",
            [f"One person needs {grams} / {people} = {grams // people} grams.", f"{guests} guests need {guests} * {grams // people} = {guests * grams // people} grams."])


def compare(r):
    a, b, c = r.sample(NAMES, 3)
    thing, x, more, times = r.choice(["points", "laps", "goals", "letters", "kilometres"]), r.randint(8, 25), r.randint(3, 15), r.randint(2, 3)
    y, z = x + more, (x + more) * times
    verb = {"points": "scored", "laps": "swam", "goals": "shot", "letters": "wrote", "kilometres": "hiked"}[thing]
    return (f"In one summer {a} {verb} {x} {thing}. {b} {verb} {more} more than {a}, and {c} {verb} {times} times as many as {b}. "
            f"How many {thing} is that for the three together?",
            [f"{b}: {x} + {more} = {y} {thing}.", f"{c}: {y} * {times} = {z} {thing}.", f"Together: {x} + {y} + {z} = {x + y + z} {thing}."])


def fractions(r):
    part, name = r.choice([3, 4, 5]), r.choice(NAMES)
    total = part * 2 * r.randint(6, 20)
    first = total // part
    left = total - first
    return (f"{name} picks {total} strawberries, eats 1/{part} of them on the way home and makes jam of half of what is left. "
            f"How many strawberries remain for the cake?",
            [f"{name} eats {total} / {part} = {first} strawberries.", f"{total} - {first} = {left} come home.",
             f"The jam takes {left} / 2 = {left // 2}.", f"For the cake {left} - {left // 2} = {left - left // 2} remain."])


def seats(r):
    buses, size, empty = r.randint(3, 9), r.choice([24, 32, 45, 52]), r.randint(5, 19)
    people = buses * size - empty
    teachers = r.randint(6, 15)
    return (f"A school hires {buses} buses with {size} seats each for a trip. When everyone has sat down, {empty} seats are free. "
            f"{teachers} of the passengers are teachers. How many pupils are on the trip?",
            [f"The buses have {buses} * {size} = {buses * size} seats.", f"{buses * size} - {empty} = {people} people are on board.",
             f"{people} - {teachers} = {people - teachers} of them are pupils."])


def phone(r):
    base, included, extra, used = r.randint(9, 20), r.choice([100, 150, 200]), r.randint(2, 5), r.choice([30, 45, 60, 75])
    cents = used * extra
    return (f"A phone contract costs {base * 100} cents a month with {included} free minutes; every further minute costs {extra} "
            f"cents. {r.choice(NAMES)} talked for {included + used} minutes in {r.choice(['March', 'June', 'October'])}. "
            f"How many cents is the bill?",
            [f"{included + used} - {included} = {used} minutes were not free.", f"They cost {used} * {extra} = {cents} cents.",
             f"The bill is {base * 100} + {cents} = {base * 100 + cents} cents."])


def tiles(r):
    length, width, size, pack = r.randint(4, 9), r.randint(3, 6), r.choice([4, 9, 16]), r.choice([6, 8, 12])
    need = length * width * size
    packs = -(-need // pack)
    lines = [f"The floor has {length} * {width} = {length * width} square metres.", f"That takes {length * width} * {size} = {need} tiles."]
    if need % pack:
        lines.append(f"{packs - 1} packs hold only {packs - 1} * {pack} = {(packs - 1) * pack} tiles, so {packs - 1} + 1 = {packs} packs are needed.")
    else:
        lines.append(f"{need} / {pack} = {packs} packs are needed.")
    return (f"A kitchen floor is {length} metres by {width} metres. {size} tiles cover one square metre, and tiles come in packs of "
            f"{pack}. How many packs have to be bought?", lines)


def hens(r):
    hens, eggs, days, box = r.randint(8, 20), r.randint(4, 6), r.choice([2, 3, 4]), r.choice([6, 10, 12])
    total = hens * eggs * days
    kept = total % box
    lines = [f"In a week the hens lay {hens} * {eggs} = {hens * eggs} eggs.", f"In {days} weeks that is {hens * eggs} * {days} = {total} eggs."]
    if kept:
        lines.append(f"Only {total} - {kept} = {total - kept} of them fill whole boxes.")
    return (f"Each of {r.choice(NAMES)}'s {hens} hens lays {eggs} eggs a week. The eggs of {days} weeks are put in boxes of {box}. "
            f"How many full boxes are there?", [*lines, f"That makes {total - kept} / {box} = {total // box} full boxes."])


def average(r):
    name, scores = r.choice(NAMES), [r.randint(60, 95) for _ in range(3)]
    goal = sum(scores) // 3 + r.randint(1, 3)
    total = 4 * goal
    return (f"{name} got {scores[0]}, {scores[1]} and {scores[2]} points in three {r.choice(['tests', 'rounds', 'exams'])} and wants "
            f"to have an average of {goal} after the fourth. How many points does {name} need in the fourth?",
            [f"Four results with an average of {goal} make 4 * {goal} = {total} points.",
             f"So far there are {scores[0]} + {scores[1]} + {scores[2]} = {sum(scores)} points.",
             f"The fourth needs {total} - {sum(scores)} = {total - sum(scores)} points."])


def printing(r):
    rate, minutes, broken, second = r.randint(13, 20), r.randint(10, 25), r.randint(4, 9), r.randint(5, 12)
    a, b = rate * minutes, second * (minutes - broken)
    return (f"Two printers start at the same time. The first prints {rate} pages a minute for {minutes} minutes. The second prints "
            f"{second} pages a minute but stops {broken} minutes earlier. How many more pages does the first one print?",
            [f"The first prints {rate} * {minutes} = {a} pages.", f"The second runs for {minutes} - {broken} = {minutes - broken} minutes.",
             f"It prints {second} * {minutes - broken} = {b} pages.", f"The difference is {a} - {b} = {a - b} pages."])


def rent(r):
    friends, rent_, heat, months = r.randint(3, 5), 60 * r.randint(10, 25), 60 * r.randint(1, 3), r.choice([3, 6, 9])
    total = rent_ + heat
    return (f"{friends} friends share a flat. The rent is ${rent_} a month and heating is another ${heat} a month. They pay equal "
            f"parts and stay for {months} months. What does one of them pay in this time?",
            [f"One month costs {rent_} + {heat} = {total} dollars.", f"In {months} months it is {total} * {months} = {total * months} dollars.",
             f"One part is {total * months} / {friends} = {total * months // friends} dollars."])


def stairs(r):
    floors, steps, times, days = r.randint(3, 9), r.randint(14, 22), r.randint(2, 4), r.randint(4, 6)
    up = floors * steps
    return (f"{r.choice(NAMES)} lives {floors} floors above the street, with {steps} steps between one floor and the next, and climbs "
            f"up {times} times a day on {days} days of the week. How many steps are climbed in a week?",
            [f"Once up is {floors} * {steps} = {up} steps.", f"A day has {up} * {times} = {up * times} steps.",
             f"The week has {up * times} * {days} = {up * times * days} steps."])


def candles(r):
    hours, packs, inside, evening = r.choice([4, 5, 6, 8]), r.randint(3, 7), r.choice([8, 12, 16]), r.choice([2, 4])
    total = packs * inside * hours
    days = total // evening
    return (f"A candle burns for {hours} hours. {r.choice(NAMES)} buys {packs} packs of {inside} candles and burns one candle at a "
            f"time for {evening} hours every evening. For how many evenings do the candles last?",
            [f"There are {packs} * {inside} = {packs * inside} candles.", f"They burn for {packs * inside} * {hours} = {total} hours.",
             f"That is enough for {total} / {evening} = {days} evenings."])


def mixture(r):
    syrup, water, glasses, size = r.randint(2, 4), r.randint(5, 8), r.randint(10, 24), r.choice([2, 3])
    glasses *= syrup + water
    return (f"Lemonade is mixed from {syrup} parts of syrup and {water} parts of water. For a {r.choice(['wedding', 'fair', 'race'])} "
            f"{glasses} glasses of {size} decilitres each are needed. How many decilitres of syrup does that take?",
            [f"{glasses} glasses hold {glasses} * {size} = {glasses * size} decilitres.",
             f"Syrup and water are {syrup} + {water} = {syrup + water} parts.",
             f"One part is {glasses * size} / {syrup + water} = {glasses * size // (syrup + water)} decilitres.",
             f"The syrup is {glasses * size // (syrup + water)} * {syrup} = {glasses * size // (syrup + water) * syrup} decilitres."])


def herd(r):
    goats, more, sold = r.randint(12, 30), r.randint(5, 14), r.randint(3, 9)
    legs = 4 * (goats + goats + more - sold)
    return (f"A farm has {goats} goats and {more} more sheep than goats. {sold} of the sheep are sold. How many legs do the "
            f"goats and the remaining sheep have together?",
            [f"There were {goats} + {more} = {goats + more} sheep.", f"{goats + more} - {sold} = {goats + more - sold} sheep remain.",
             f"Goats and sheep are {goats} + {goats + more - sold} = {goats + goats + more - sold} animals.",
             f"They have {goats + goats + more - sold} * 4 = {legs} legs."])


def exchange(r):
    name, rate, euros, spent = r.choice(NAMES), r.choice([7, 8, 11, 25]), r.randint(20, 60), r.randint(40, 95)
    return (f"On holiday {name} changes {euros} euros into crowns and gets {rate} crowns for each. A {r.choice(['meal', 'boat trip', 'book'])} "
            f"costs {spent} crowns. How many crowns does {name} have after paying for it?",
            [f"{name} gets {euros} * {rate} = {euros * rate} crowns.", f"{euros * rate} - {spent} = {euros * rate - spent} crowns are left."])


def tournament(r):
    teams, players, coaches = r.randint(5, 10), r.choice([6, 7, 11]), r.randint(1, 2)
    games = teams * (teams - 1) // 2
    return (f"In a tournament of {teams} teams each team plays once against each other team. Every team has {players} players and "
            f"{coaches} coach{'es' if coaches > 1 else ''}. How many games are there?",
            [f"Each team plays against {teams} - 1 = {teams - 1} others.", f"Counting both teams of a game gives {teams} * {teams - 1} = {teams * (teams - 1)}.",
             f"Each game was counted twice, so there are {teams * (teams - 1)} / 2 = {games} games."])


def clock(r):
    start, length, pause, parts = r.randint(13, 17), r.choice([35, 40, 45, 50]), r.choice([10, 15]), r.randint(3, 4)
    total = parts * length + (parts - 1) * pause
    return (f"A {r.choice(['course', 'workshop', 'rehearsal', 'training'])} starts at {start}:00. It has {parts} parts of {length} "
            f"minutes with a break of {pause} minutes between one part and the next. How many minutes after the start does it end?",
            [f"The parts take {parts} * {length} = {parts * length} minutes.", f"There are {parts} - 1 = {parts - 1} breaks.",
             f"They take {parts - 1} * {pause} = {(parts - 1) * pause} minutes.",
             f"It ends after {parts * length} + {(parts - 1) * pause} = {total} minutes."])


def garden(r):
    rows, plants, dead, heads = r.randint(6, 14), r.randint(8, 20), r.randint(5, 18), r.randint(2, 4)
    alive = rows * plants - dead
    return (f"{r.choice(NAMES)} sets {rows} rows of {plants} {r.choice(['sunflowers', 'lettuces', 'cabbages', 'tulips'])}. Snails eat {dead} "
            f"of the plants, and {heads} more dry up. How many plants survive?",
            [f"{rows} * {plants} = {rows * plants} plants are set.", f"After the first loss {rows * plants} - {dead} = {alive} are alive.",
             f"After the second {alive} - {heads} = {alive - heads} are."])


def paint(r):
    walls, high, wide, window = r.randint(2, 4), r.choice([2, 3]), r.randint(4, 8), r.randint(2, 6)
    area = walls * high * wide
    return (f"{walls} walls, each {wide} metres wide and {high} metres high, are to be painted. Windows and doors take up {window} square "
            f"metres, which stay as they are. How many square metres are painted?",
            [f"One wall has {wide} * {high} = {wide * high} square metres.", f"{walls} walls have {walls} * {wide * high} = {area}.",
             f"Without windows and doors it is {area} - {window} = {area - window} square metres."])


# Each problem with a way to go on: what replaces its question and the line that follows, where x was the answer so far,
# n is a number from the range and y the new answer.
PROBLEMS = [
    (baking, "-", (8, 30), "The ingredients cost ${n}. How many dollars of profit are made?", "The profit is {x} - {n} = {y} dollars."),
    (train, "+", (25, 90), "The driver then takes a detour of {n} km. How long is the whole way in kilometres?", "With the detour it is {x} + {n} = {y} km."),
    (savings, "+", (2, 4), "A holiday interrupts the saving for {n} weeks. After how many weeks is there enough money?", "With the break it takes {x} + {n} = {y} weeks."),
    (ages, "+", (30, 45), "An uncle is {n} by now. What is the sum of all three ages?", "With the uncle it is {x} + {n} = {y}."),
    (library, "-", (12, 33), "On Wednesday {n} worn books are thrown away. How many are left on the shelves?", "{x} - {n} = {y} books are left."),
    (discount, "*", (2, 5), "A school orders {n} of them, each sent on its own. What is the bill?", "The bill is {x} * {n} = {y} dollars."),
    (fence, "*", (4, 9), "One post costs ${n}. How many dollars do all the posts cost?", "They cost {x} * {n} = {y} dollars."),
    (wages, "-", (90, 180), "${n} went to tax. How much was paid out?", "After tax {x} - {n} = {y} dollars were paid out."),
    (sharing, "+", (3, 12), "One of them already had {n}. How many does that child have now?", "That child has {x} + {n} = {y}."),
    (tank, "+", (5, 15), "The pump is switched off for {n} minutes in between, and the leak is closed for as long. After how many minutes is the tank full?", "With the pause it takes {x} + {n} = {y} minutes."),
    (reading, "*", (2, 3), "A friend needs {n} times as many days for the same pages. How many days is that?", "The friend needs {x} * {n} = {y} days."),
    (orchard, "*", (2, 4), "A kilogram sells at ${n}. How many dollars does the crop bring?", "It brings {x} * {n} = {y} dollars."),
    (tickets, "-", (120, 260), "The hall and the musicians cost ${n}. What remains for the school?", "{x} - {n} = {y} dollars remain."),
    (recipe, "-", (50, 140), "{n} grams are in the cupboard. How many grams have to be bought for the guests?", "{x} - {n} = {y} grams have to be bought."),
    (compare, "+", (20, 60), "A fourth reaches {n}. What is the total of all four?", "With the fourth it is {x} + {n} = {y}."),
    (fractions, "+", (6, 15), "A neighbour adds {n} strawberries to what is left for the cake. How many go into it?", "{x} + {n} = {y} strawberries go into the cake."),
    (seats, "*", (6, 14), "Every pupil pays ${n} for the trip. How many dollars do the pupils pay in all?", "They pay {x} * {n} = {y} dollars."),
    (phone, "+", (110, 390), "Messages add {n} cents. How many cents have to be paid?", "With the messages it is {x} + {n} = {y} cents."),
    (tiles, "*", (11, 28), "A pack costs ${n}. What do the tiles for the kitchen cost?", "They cost {x} * {n} = {y} dollars."),
    (hens, "*", (2, 5), "A full box sells at ${n}, and half-filled ones are not sold. How many dollars is that?", "They sell at {x} * {n} = {y} dollars."),
    (average, "-", (3, 9), "The fourth turns out {n} points below what was needed. How many points was it?", "It was {x} - {n} = {y} points."),
    (printing, "*", (3, 6), "This happens {n} times in a day. By how many pages is the first one ahead in the evening?", "It is ahead by {x} * {n} = {y} pages."),
    (rent, "+", (40, 130), "One of them pays ${n} for a new bed on top. What does this one spend?", "With the bed it is {x} + {n} = {y} dollars."),
    (stairs, "*", (3, 8), "How many steps are that in {n} weeks?", "In {n} weeks it is {x} * {n} = {y} steps."),
    (candles, "-", (3, 9), "Of these evenings {n} are over. On how many more evenings can there be candlelight?", "{x} - {n} = {y} evenings remain."),
    (mixture, "*", (3, 7), "A decilitre of syrup costs {n} crowns. How many crowns is the syrup?", "It costs {x} * {n} = {y} crowns."),
    (herd, "*", (2, 4), "A vet needs {n} minutes to look at a leg. How many minutes do all the legs of the goats and the remaining sheep take?", "The vet needs {x} * {n} = {y} minutes."),
    (exchange, "-", (10, 45), "A bus ride takes another {n} crowns. How many crowns remain?", "After the ride {x} - {n} = {y} crowns remain."),
    (tournament, "*", (15, 30), "A game lasts {n} minutes, and there is only one pitch. How many minutes are played?", "That makes {x} * {n} = {y} minutes."),
    (clock, "+", (20, 40), "Tidying up takes {n} minutes more. How many minutes after the start can everyone leave?", "Everyone can leave after {x} + {n} = {y} minutes."),
    (garden, "*", (2, 4), "Each of the surviving plants sells at ${n}. How many dollars is the bed worth?", "It is worth {x} * {n} = {y} dollars."),
    (paint, "*", (2, 3), "Everything gets {n} coats. For how many square metres must the paint suffice?", "It must suffice for {x} * {n} = {y} square metres."),
]
