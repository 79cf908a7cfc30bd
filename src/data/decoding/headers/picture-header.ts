/** What the header of a picture tells before anything is decoded. */

export interface PictureHeader {
  readonly format: 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'BMP' | 'AVIF';
  /** As they are stored, before any turn. */
  readonly width: number;
  readonly height: number;
  /** EXIF's 1…8: how the stored picture is to be turned and mirrored; 1 is upright, 5…8 exchange width and height. */
  readonly orientation: number;
  /** Whether it has no colour; null where only its pixels would tell. */
  readonly isGrey: boolean | null;
  readonly hasAlpha: boolean;
}

/** Whether width and height change places when it is put upright. */
export const isSideways = ({ orientation }: Pick<PictureHeader, 'orientation'>): boolean => orientation >= 5;
