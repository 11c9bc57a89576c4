"""`clio rotate-key`: a new pseudonym key in the place of the old one."""

import typer

from clio_assets.home.home import Home


def rotate_key(context: typer.Context) -> None:
    """Replace the pseudonym key by a new one; the old key is gone.

    Everything is pseudonymised again by the next `clio run`.
    """
    from clio_assets.home.keys import rotate_key as rotate
    from clio_assets.run.declared import partitions_of

    home: Home = context.obj
    _ = home.policy  # one that cannot be read is refused
    # counted alone, so that facets that cannot be used stand in nobody's way: no seal is asked
    days = len(partitions_of(home).keys("conversations"))
    window = home.record.window
    home.check_access()
    with home.only_run():
        before, after = rotate(home.private)
    maps = "the map" if window == "all" else f"every {window}'s map"
    print(
        f"The pseudonym key was replaced (fingerprint {before}, now {after}); the old one is "
        "gone.\n"
        f"{days:,} days of conversations carry pseudonyms of the old key. Run `clio run` now: it "
        f"makes them again from the landed sources, with all that rests on them, and releases "
        f"{maps} again. What is published stays as it is until then and holds no pseudonym.\n"
        "Days whose landed copy was deleted keep the old pseudonyms, which nobody can recompute "
        "any more."
    )
