"""Every constant of looking at people, in one place, each with what it rests on.

The figures come from real pictures (``make accuracy``, its table in benchmarks/RESULTS.md) and from drawn classes; a
change of a constant comes with both tables. Distances are in head sizes, shares between 0 and 1.
"""

from datetime import timedelta

# --- one human in one frame -------------------------------------------------------------------------------------------
# Two boxes of one head lie up to .72 apart in ten rooms, two heads from .85 on (one pair at .51 is lost).
SAME_HEAD = 0.75
# A box of another network belongs to the head nearest to it up to this distance.
SAME_HUMAN = 0.6
SAME_FACE = 0.7
SAME_OVERLAP = 0.45
SAME_INSIDE = 0.75
# A box this much smaller with its middle inside another is a part of that head: a face, a plait.
PART_SIZE = 1.6
# Nobody's head has four times the area of the same head in another network's eyes.
SIZE_RATIO = 4.0
# CenterFace encloses the face alone: a head is this much wider and higher.
FACE_OF_HEAD = (0.8, 0.72)
# A hand that a face network takes for a face: beside or below a surer head, and smaller than it.
HAND_ASIDE = 0.9
HAND_BELOW = (0.6, 2.2)
HAND_SIZE = 0.8
HAND_OVERLAP = 0.25
# A fist that every network takes for a head: beside or below a surer head, with less than this share of its area.
FIST_ASIDE = 1.0
FIST_SIZE = 0.5
# Where a body's own head lies: in the middle of its width, near its top.
BODY_ASIDE = 0.5
BODY_DOWN = (-0.2, 0.4)
SAME_BODY = 0.5
# A body without a head is believed from here on; the head is put at its top, as wide as heads are on bodies here.
BODY_ALONE = 0.5
HEAD_OF_BODY = 0.45
HEAD_OF_BODY_RANGE = (0.3, 0.7)
HEAD_HEIGHT = 1.2
HEADLESS_APART = 0.9
HEADLESS_HIDDEN = 0.6

# --- the same human from look to look ---------------------------------------------------------------------------------
# Sitters sway by half a head and bow by one; the nearest neighbour of a dense row is nearly one head away.
TRACK_GATE = 0.9
TRACK_MEMORY = 7
# Who leans over is found up to so far away, and never at both places at once.
TRACK_JOIN = 1.6

# --- life ---------------------------------------------------------------------------------------------------------------
# A head lives in a step of ten seconds if it moves by half a pixel of a picture 960 wide, and head and collar change
# where no neighbour explains it. Heads that stand free in eleven rooms do so in .52 of steps and more, the calmest of a
# real clip of three seconds played again and again in .31; cardboard in none, half hidden by a moving head or not.
LIVE_PX = 0.5
LIVE_SHARE = 0.015
# Found further from its usual place than this, a head is measured where it was found.
MOVED_AWAY = 0.2
# Heads of fewer pixels have no movement that can be measured: they must change more.
SMALL_HEAD_PX = 8
SMALL_LIVE = 0.06
# A track is somebody if it lives in this share of the steps of ten minutes, and of one minute.
LIVE_STEPS = 0.25
LIVE_NEAR = 0.2
# A head in front hides what lies within this distance of its middle, in its own sizes.
HEAD_REACH = 0.6
# A place with a head that lives in fewer of the steps beside its looks is a picture.
STILL_STEPS = 0.15
NEAR = timedelta(seconds=60)
# A patch of which neighbours leave less than this says nothing.
OWN_LEAST = 0.12
# Two neighbouring tracks divide a patch only where both are there for a while.
NEIGHBOUR_FOUND = 0.25

# --- counting -----------------------------------------------------------------------------------------------------------
# Of five places that were nobody's in ten rooms three were found in .29 to .42 of looks; where half is asked
# of everybody, a real clip of 14 people is lost.
FOUND_SHARE = 0.3
LEAST_FOUND = 3
# Beside a surer head (a shoulder, a hand at the cheek, the same head bowed) more is asked: false ones reach .4 there.
BESIDE = 1.5
BESIDE_SURER = 1.4
BESIDE_SHARE = 0.55
# What is found again and again is weighed over the ten minutes around a look, as long as the rule's own window.
ALIKE = timedelta(seconds=300)
# Who only halts somewhere is found in one stretch; who sits there is found in each third of those minutes.
SPREAD = 0.15
# Somebody not found at a look was found within a minute before and after, and nobody unknown sits within this reach.
CARRY = timedelta(seconds=60)
CARRY_REACH = 1.5
# Coming and going move two steps of six; who sits there moves in most of them.
CARRY_LIVE = 0.5

# Whom the networks find at nearly every look of the window is not there where they do not.
WELL_FOUND = 0.8
# Who is found so far from the usual place in one look of ten must be found that often to be one person: passers-by
# behind a window take turns over 1.5 heads, found at .63 of looks; who leans to and fro (1.2 to 1.4) at all of them.
WANDERS = 0.8

# Who walks is found once at a place: by two networks or one that is sure, and the place changes within these seconds.
WALKER_SURE = 0.5
WALKER_NEAR = timedelta(seconds=15)

# No hour of twelve whose first looks showed two people too few at once was proven by any number of further ones, and
# none of which each of those looks found one head too few (decision 0057).
ENOUGH_LOOKS = 14
TOO_FEW = 2

# Heads follow a clear rule where half of them lie within so much of it (logarithm); then one so many times off is a
# face on a screen: 1.95 drawn; real heads of the six rooms that follow a rule .83 to 1.65.
SCALE_LEAST = 8
SCALE_TIGHT = 0.06
SCALE_OUT = 1.8
# A head so many times larger than half of those lower in the picture: a face on a screen (1.46 drawn), or somebody who
# stands close to the camera (1.62 in one of ten rooms) and is left to a person; sitters reach 1.25.
HIGH_LEAST = 6
HIGH_OUT = 1.4

# --- registration -------------------------------------------------------------------------------------------------------
REGISTER_POINTS = 140
REGISTER_LEAST = 12
# Points that move together are the camera, not people: a third of a full class's picture still stands still.
REGISTER_AGREE = 0.3
REGISTER_SLACK = 2.5
REGISTER_RANSAC = 0.7
# Below this a frame is left as it is: moving it by a fraction would only blur it.
REGISTER_WORTH = 0.3
# Edges of at least so many grey levels a pixel, the strongest of each cell: in ten rooms and two clips whose camera
# stands still .26 to .90 of them lie where they lay at the first frame (half of the picture may be people), of prints
# held by hand .02 to .18. Moved by .4 pixels a still camera's keep .21 at most, by 1 pixel .13.
REGISTER_EDGE = 20.0
REGISTER_EDGE_CELL = 8
REGISTER_EDGES_LEAST = 100
REGISTER_STILL = 0.25
