import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from privacy_checks.ground.parallel import in_pieces, side_by_side


@pytest.mark.parametrize("rows", [0, 1, 4_999, 5_001, 23_456])
def test_pieces_give_what_the_whole_column_gives_when_put_together(rows: int) -> None:
    column = pa.array([str(number) for number in range(rows)], pa.string())

    def read(piece: pa.Array) -> np.ndarray:
        return np.asarray(pc.utf8_length(piece).to_numpy(zero_copy_only=False))

    assert in_pieces(read, column).tolist() == read(column).tolist()


def test_results_come_in_the_order_of_the_items_when_work_ends_in_another() -> None:
    assert side_by_side(lambda item: item * item, range(100)) == [n * n for n in range(100)]


def test_error_of_a_piece_is_raised_when_one_cannot_be_read() -> None:
    def read(item: int) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        side_by_side(read, [2, 1, 0])
